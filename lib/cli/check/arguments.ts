import { parseArgs } from 'node:util';
import type { CheckOptions } from '../../check/options.js';
import { readHeaders, readSeconds, readTemplateValues, readWhole, readNumber } from './values.js';
import { choose, UsageError, usageOf } from '../usage.js';

/** What the command line of `shoji check` asks for. */
export type CheckArguments =
  { readonly type: 'help' } | { readonly type: 'explain'; readonly check: string } | CheckCommand;

/** An API to check, and how. */
export interface CheckCommand {
  readonly type: 'check';
  readonly url: string;
  /** What the command line itself says; files are named by the next three. */
  readonly options: CheckOptions;
  /** A file with known IRIs, `-` for standard input. */
  readonly known: string | undefined;
  /** The catalog that may be written to. */
  readonly write: string | undefined;
  /** The body to write: JSON, or `@` and the name of a file. */
  readonly writeBody: string | undefined;
  readonly report: ReportFormat;
  readonly output: string | undefined;
  readonly maxWarnings: number;
  /** Undefined where it depends on what is written to. */
  readonly color: boolean | undefined;
  readonly quiet: boolean;
}

/** What is written at the end. */
export type ReportFormat = (typeof FORMATS)[number] | (typeof GRAPHS)[number];

const FORMATS = ['text', 'json', 'junit', 'html'] as const;
const GRAPHS = ['dot', 'mermaid'] as const;

const OPTIONS = {
  header: { type: 'string', multiple: true, default: [] as string[] },
  token: { type: 'string' },
  value: { type: 'string', multiple: true, default: [] as string[] },
  write: { type: 'string' },
  'write-body': { type: 'string' },
  'allow-origin': { type: 'string', multiple: true, default: [] as string[] },
  'allow-private': { type: 'boolean', default: false },
  depth: { type: 'string' },
  'max-documents': { type: 'string' },
  'max-time': { type: 'string' },
  timeout: { type: 'string' },
  'max-bytes': { type: 'string' },
  concurrency: { type: 'string' },
  rate: { type: 'string' },
  dialect: { type: 'string' },
  check: { type: 'string', multiple: true },
  known: { type: 'string' },
  explain: { type: 'string' },
  format: { type: 'string' },
  graph: { type: 'string' },
  output: { type: 'string' },
  'max-warnings': { type: 'string' },
  color: { type: 'boolean', default: false },
  'no-color': { type: 'boolean', default: false },
  quiet: { type: 'boolean', default: false },
  help: { type: 'boolean', default: false },
} as const;

/**
 * Reads the arguments that follow `shoji check`.
 *
 * @throws {UsageError} where they cannot be followed
 */
export function parseCheckArguments(args: readonly string[], env: NodeJS.ProcessEnv): CheckArguments {
  const { values, positionals } = parse(args);
  if (values.help) return { type: 'help' };
  if (values.explain !== undefined) return { type: 'explain', check: values.explain };
  const [url, ...more] = positionals;
  if (url === undefined) {
    throw new UsageError('no URL is given; write the one that the API begins at');
  }
  if (more.length > 0)
    throw new UsageError(`one API is checked at a time; found ${more.join(', ')} besides ${url}`);
  if (values['write-body'] !== undefined && values.write === undefined) {
    throw new UsageError('--write-body says what to write, but not where; write --write CATALOG, too');
  }
  return {
    type: 'check',
    url,
    options: optionsOf(values, env),
    known: values.known,
    write: values.write,
    writeBody: values['write-body'],
    report: reportOf(values),
    output: values.output,
    maxWarnings: readWhole('--max-warnings', values['max-warnings'], 0) ?? Infinity,
    color: colorOf(values),
    quiet: values.quiet,
  };
}

type Values = ReturnType<typeof parse>['values'];

function optionsOf(values: Values, env: NodeJS.ProcessEnv): CheckOptions {
  const given = {
    depth: readWhole('--depth', values.depth, 0),
    documents: readWhole('--max-documents', values['max-documents'], 1),
    time: readSeconds('--max-time', values['max-time']),
    timeout: readSeconds('--timeout', values.timeout),
    bytes: readWhole('--max-bytes', values['max-bytes'], 1),
    concurrency: readWhole('--concurrency', values.concurrency, 1),
    rate: readNumber('--rate', values.rate, 0.001),
    // Whether there is such a dialect, and such checks, is judged with the options themselves.
    dialect: values.dialect as CheckOptions['dialect'],
    checks: values.check,
  };
  const options = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
  return {
    ...(options as CheckOptions),
    headers: readHeaders(values.header, values.token ?? (env['SHOJI_TOKEN'] || undefined)),
    origins: values['allow-origin'],
    allowPrivate: values['allow-private'],
    values: readTemplateValues(values.value),
  };
}

function reportOf({ format, graph }: Values): ReportFormat {
  if (graph === undefined) return choose('--format', format ?? 'text', FORMATS);
  if (format === undefined) return choose('--graph', graph, GRAPHS);
  throw new UsageError('--graph takes the place of the report that --format asks for; write one of them');
}

function colorOf({ color, 'no-color': noColor }: Values): boolean | undefined {
  if (color && noColor) throw new UsageError('both --color and --no-color are given; write one of them');
  return color || noColor ? color : undefined;
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], allowPositionals: true, options: OPTIONS });
  } catch (error) {
    throw usageOf(
      error,
      Object.keys(OPTIONS)
        .map((name) => `--${name}`)
        .join(', '),
    );
  }
}
