export { check, type CheckOptions, type CheckRun } from './check.js';
export { CHECKS } from './checks.js';
export {
  type Check,
  type CheckFinding,
  CheckOptionsError,
  type CheckPage,
  type Remark,
  type Remarks,
} from './checks/check-definition.js';
export type {
  FetchFailure,
  FetchFailureReason,
  FetchOptions,
  FetchOutcome,
  FetchResponse,
  HostAddress,
  HttpClient,
  Resolver,
} from './client/fetch.js';
export type {
  CheckProgress,
  CrawledApi,
  CrawlOptions,
  Survey,
  SurveyedLink,
  SurveyedResource,
} from './crawl/crawled-api.js';
export type { CheckedLink, CrawledLink, ResolvedLink } from './crawl/crawled-link.js';
export type { ResourceKind, ResourceRecord, VisitedResource } from './crawl/visited-resource.js';
export type { CheckResult } from './report/check-result.js';
export { graphDot, graphMermaid } from './report/graph-languages.js';
export { htmlReport, type HtmlReportOptions } from './report/html-report.js';
export { jsonReport, type JsonReport } from './report/json-report.js';
export { junitReport, type JunitReportOptions } from './report/junit-report.js';
export { textReport, type TextReportOptions } from './report/text-report.js';
