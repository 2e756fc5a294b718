export { check, type CheckRun } from './check.js';
export { CHECKS, type CheckPage } from './checks.js';
export type { CheckFinding } from './checks/check-definition.js';
export type {
  CheckOptions,
  CheckProgress,
  FetchOptions,
  HostAddress,
  Resolver,
} from './crawl/crawl-options.js';
export type { ResourceKind, Survey, SurveyedLink, SurveyedResource } from './crawl/crawled-api.js';
export { graphDot } from './report/graph-languages.js';
export { graphMermaid } from './report/graph-languages.js';
export { htmlReport } from './report/html-report.js';
export { jsonReport, type JsonReport } from './report/json-report.js';
export { junitReport } from './report/junit-report.js';
export type { CheckResult } from './report/check-result.js';
export { textReport } from './report/text-report.js';
