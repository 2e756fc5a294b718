import { parseArgs } from 'node:util';
import type { CheckOptions } from '../check/check.js';
import type { TemplateScalar, TemplateValue, TemplateValues } from '../protocol/uri-template/expand.js';
import { choose, toUsageError, UsageError } from './command-line.js';

/** A command line of `shoji check`, read. */
type CheckArguments =
  | { readonly type: 'help' }
  | { readonly type: 'explain'; readonly check: string; readonly modules: readonly string[] }
  | CheckCommand;

const FORMATS = ['text', 'json', 'junit', 'html'] as const;

const GRAPHS = ['dot', 'mermaid'] as const;

/** The form of the report, or the language of the link graph in its place. */
export type ReportFormat = (typeof FORMATS)[number] | (typeof GRAPHS)[number];

/** An API to check, and how. */
export interface CheckCommand {
  readonly type: 'check';
  readonly url: string;
  /** All that needs no file; the next four name files. */
  readonly options: CheckOptions;
  /** Modules with checks of the user's own. */
  readonly modules: readonly string[];
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

/** Shown by `shoji check --help`. */
export const CHECK_HELP: string = `Usage: shoji check [options] URL
       shoji check --explain CHECK

Follows the links of a live API from URL, and checks each resource that they lead to. Only reads, unless
--write names a catalog that may be written to.

What is sent:
  --header 'NAME: VALUE'  a header of every request; may be repeated
  --token TOKEN           the header Authorization: Bearer TOKEN (default: the environment's SHOJI_TOKEN);
                          headers go to URL's origin and those of --allow-origin only
  --value NAME=VALUE      a value for a variable of the API's URI templates, JSON or a string;
                          repeated, a list (default: samples of the API's own documents)
  --write CATALOG         create, change and remove an entity in this scratch catalog, to check writing
  --write-body JSON|@FILE the body of that entity

How far it goes:
  --allow-origin ORIGIN   an origin that links may lead to besides URL's own; may be repeated
  --allow-private         whether links may lead to addresses that are not public, besides URL's own
  --depth N               at most so many links from URL (default: no limit)
  --max-documents N       at most so many resources (default: 1000)
  --max-time SECONDS      at most so long (default: 600)
  --timeout SECONDS       at most so long for one answer (default: 10)
  --max-bytes N           at most so many bytes in one answer (default: 16777216)
  --concurrency N         so many requests at once (default: 4)
  --rate N                at most so many requests a second (default: no limit)

What is checked:
  --dialect NAME          draft-02 (default), draft-01, crunch or auto
  --check NAME            this check only; may be repeated (default: all)
  --checks MODULE         checks of your own beside them: the default export of a JavaScript module, one
                          check or a list of them; may be repeated
  --known FILE            IRIs that the API has, one a line, so that those are told that no link leads to;
                          - is standard input
  --explain CHECK         show what a check asks, and why

What is reported:
  --format FORMAT         text (default), json, junit or html: one page with the link graph
  --graph LANGUAGE        dot or mermaid: the link graph in the place of the report
  --output FILE           write it to a file
  --max-warnings N        exit 1 where there are more warnings than this (default: no limit)
  --color, --no-color     whether text is coloured (default: on a terminal)
  --quiet                 no progress, and no text where nothing failed
  --help                  show this

Ctrl-C ends the walk and reports what is known so far; once more, it ends at once.

Exit code: 0 no errors; 1 errors, or too many warnings; 2 nothing could be fetched, or the command line is
           wrong; 130 ended by Ctrl-C without an error so far.
`;

/**
 * Reads the arguments that follow `shoji check`.
 *
 * @throws {UsageError} where they cannot be followed
 */
export function parseCheckArguments(args: readonly string[], env: NodeJS.ProcessEnv): CheckArguments {
  const { values, positionals } = parse(args);
  if (values.help) return { type: 'help' };
  if (values.explain !== undefined) {
    return { type: 'explain', check: values.explain, modules: values.checks };
  }
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
    modules: values.checks,
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

function parse(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], allowPositionals: true, options: OPTIONS });
  } catch (error) {
    throw toUsageError(
      error,
      Object.keys(OPTIONS)
        .map((name) => `--${name}`)
        .join(', '),
    );
  }
}

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
  checks: { type: 'string', multiple: true, default: [] as string[] },
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

/** Reads a number without a fraction that an option gives. */
function readWhole(option: string, text: string | undefined, least: number): number | undefined {
  const number = readNumber(option, text, least);
  if (number === undefined || Number.isSafeInteger(number)) return number;
  throw new UsageError(`${option} is ${JSON.stringify(text)}; write a whole number`);
}

/**
 * Reads a number that an option gives.
 *
 * @throws {UsageError} for anything but a decimal number of at least `least`
 */
function readNumber(option: string, text: string | undefined, least: number): number | undefined {
  if (text === undefined) return undefined;
  const number = Number(text);
  if (/^\d+(\.\d+)?$/.test(text) && number >= least) return number;
  throw new UsageError(`${option} is ${JSON.stringify(text)}; write a number of at least ${least}`);
}

/** Reads a number of seconds that an option gives, as milliseconds. */
function readSeconds(option: string, text: string | undefined): number | undefined {
  const seconds = readNumber(option, text, 0.001);
  return seconds === undefined ? undefined : Math.round(seconds * 1000);
}

/**
 * Reads headers, each `Name: value`; those of one name are joined.
 *
 * @param token - what goes into `Authorization`, unless a header says so itself
 * @throws {UsageError} for what is no header; it does not repeat the value, which may be a secret
 */
function readHeaders(fields: readonly string[], token: string | undefined): Record<string, string> {
  const headers = new Map<string, string>();
  for (const field of fields) {
    const [, name, value] = FIELD.exec(field) ?? [];
    if (name === undefined || value === undefined) {
      throw new UsageError(
        `--header ${JSON.stringify(field.split(':', 1)[0])} is no header; write --header 'Name: value', in ASCII`,
      );
    }
    const key = name.toLowerCase();
    const before = headers.get(key);
    headers.set(key, before === undefined ? value.trim() : `${before}, ${value.trim()}`);
  }
  if (token !== undefined && !headers.has('authorization')) {
    if (!/^[\x21-\x7e]+$/.test(token)) {
      throw new UsageError('the token holds spaces or characters outside ASCII; write it as it was issued');
    }
    headers.set('authorization', `Bearer ${token}`);
  }
  return Object.fromEntries(headers);
}

/** @see RFC 9110, section 5.6.2 */
const FIELD = /^([!#$%&'*+.^_`|~\w-]+):[\t ]*([\t\x20-\x7e\x80-\xff]*)$/;

/**
 * Reads values of template variables, each `name=value`; those of one name make a list.
 *
 * @throws {UsageError} for what has no name, and for JSON that no variable can be set to
 */
function readTemplateValues(pairs: readonly string[]): TemplateValues {
  const values = new Map<string, TemplateValue[]>();
  for (const pair of pairs) {
    const at = pair.indexOf('=');
    if (at < 1) throw new UsageError(`--value is ${JSON.stringify(pair)}; write --value name=value`);
    const name = pair.slice(0, at);
    values.set(name, [...(values.get(name) ?? []), readTemplateValue(name, pair.slice(at + 1))]);
  }
  return Object.fromEntries(
    [...values].map(([name, [value, ...more]]) => [
      name,
      more.length === 0 ? value : listOf(name, [value, ...more]),
    ]),
  );
}

function readTemplateValue(name: string, text: string): TemplateValue {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return text;
  }
  if (value === null || isScalar(value)) return value;
  const members = Object.values(value as object);
  if (members.every((member) => member === null || isScalar(member))) return value as TemplateValue;
  throw new UsageError(
    `--value ${name} is JSON that holds lists or objects within; write a string, a number, a list or an object of those`,
  );
}

function isScalar(value: unknown): value is TemplateScalar {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
}

function listOf(name: string, values: readonly TemplateValue[]): readonly TemplateScalar[] {
  if (values.every(isScalar)) return values;
  throw new UsageError(
    `--value ${name} is repeated with a list or an object in it; write strings and numbers`,
  );
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
