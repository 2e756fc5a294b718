import { isAbsolute, sep } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Notification, ReportingDescriptor, Result } from 'sarif';
import type { Finding } from '../../protocol/findings.js';
import type { RulePage } from '../../protocol/pages/rule-page.js';
import type { Reporter } from './reporter.js';

/**
 * Writes SARIF 2.1.0, as code scanning services read it.
 *
 * @param version - of this package
 * @param pages - what there is to know of each rule
 * @see OASIS SARIF 2.1.0
 */
export function sarifReporter(version: string, pages: Readonly<Record<string, RulePage>>): Reporter {
  const rules = Object.entries(pages).map(([name, page]) => ruleOf(name, page));
  const indexes = new Map(rules.map(({ id }, index) => [id, index]));
  const notifications: Notification[] = [];
  let isFirst = true;
  return {
    start: () => {
      const driver = { name: 'koa-shoji', version, rules };
      return (
        `{"$schema":${JSON.stringify(SCHEMA)},"version":"2.1.0","runs":[{"tool":${JSON.stringify({ driver })},` +
        '"columnKind":"utf16CodeUnits","results":['
      );
    },
    open: () => '',
    findings: ({ origin: { file } }, { findings }) => {
      const comma = isFirst ? '' : ',';
      isFirst = false;
      const uri = artifactUri(file);
      const results = findings.map((finding) => JSON.stringify(resultOf(finding, uri, indexes)));
      return `${comma}\n${results.join(',\n')}`;
    },
    close: () => '',
    unreadable: (source, message) => {
      notifications.push({
        level: 'error',
        message: { text: `cannot read ${source}: ${message}` },
        locations: [{ physicalLocation: { artifactLocation: { uri: artifactUri(source) } } }],
      });
      return '';
    },
    end: () => {
      const invocation = {
        executionSuccessful: notifications.length === 0,
        toolExecutionNotifications: notifications,
      };
      return `\n],"invocations":[${JSON.stringify(invocation)}]}]}\n`;
    },
  };
}

function ruleOf(id: string, { level, summary, reason, see, bad, good }: RulePage): ReportingDescriptor {
  const examples = `This breaks the rule: ${bad}\nThis does not: ${good}`;
  return {
    id,
    shortDescription: { text: summary },
    fullDescription: { text: reason },
    help: { text: `${summary}\n\n${reason}\n\nSee ${see}.\n\n${examples}` },
    defaultConfiguration: { level },
  };
}

const SCHEMA = 'https://json.schemastore.org/sarif-2.1.0.json';

/** A source as a URI: relative as its path is, so that a service finds it in its own copy. */
function artifactUri(source: string): string {
  if (source === '-') return 'stdin:';
  if (/^https?:\/\//i.test(source)) return new URL(source).href;
  if (isAbsolute(source)) return pathToFileURL(source).href;
  const segments = source.split(sep).map((segment) => encodeURIComponent(Buffer.from(segment).toString()));
  return segments.join('/');
}

function resultOf(
  { rule, level, message, see, pointer, line = 1, column = 1 }: Finding,
  uri: string,
  indexes: ReadonlyMap<string, number>,
): Result {
  const ruleIndex = indexes.get(rule);
  return {
    ruleId: rule,
    ...(ruleIndex !== undefined && { ruleIndex }),
    level,
    message: { text: `${message} (${see})` },
    locations: [
      {
        physicalLocation: {
          artifactLocation: { uri },
          region: { startLine: line, startColumn: column },
        },
        logicalLocations: [{ fullyQualifiedName: pointer }],
      },
    ],
  };
}
