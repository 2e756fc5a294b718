import type {
  TemplateScalar,
  TemplateValue,
  TemplateValues,
} from '../../protocol/uri-template/uri-template.js';
import { UsageError } from '../usage.js';

/**
 * Reads a number that an option gives.
 *
 * @throws {UsageError} for anything but a decimal number of at least `least`
 */
export function readNumber(option: string, text: string | undefined, least: number): number | undefined {
  if (text === undefined) return undefined;
  const number = Number(text);
  if (/^\d+(\.\d+)?$/.test(text) && number >= least) return number;
  throw new UsageError(`${option} is ${JSON.stringify(text)}; write a number of at least ${least}`);
}

/** Reads a number without a fraction that an option gives. */
export function readWhole(option: string, text: string | undefined, least: number): number | undefined {
  const number = readNumber(option, text, least);
  if (number === undefined || Number.isSafeInteger(number)) return number;
  throw new UsageError(`${option} is ${JSON.stringify(text)}; write a whole number`);
}

/** Reads a number of seconds that an option gives, as milliseconds. */
export function readSeconds(option: string, text: string | undefined): number | undefined {
  const seconds = readNumber(option, text, 0.001);
  return seconds === undefined ? undefined : Math.round(seconds * 1000);
}

/** @see RFC 9110, section 5.6.2 */
const FIELD = /^([!#$%&'*+.^_`|~\w-]+):[\t ]*([\t\x20-\x7e\x80-\xff]*)$/;

/**
 * Reads headers, each `Name: value`; those of one name are joined.
 *
 * @param token - what goes into `Authorization`, unless a header says so itself
 * @throws {UsageError} for what is no header; it does not repeat the value, which may be a secret
 */
export function readHeaders(fields: readonly string[], token: string | undefined): Record<string, string> {
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

/**
 * Reads values of template variables, each `name=value`; those of one name make a list.
 *
 * @throws {UsageError} for what has no name, and for JSON that no variable can be set to
 */
export function readTemplateValues(pairs: readonly string[]): TemplateValues {
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

function listOf(name: string, values: readonly TemplateValue[]): readonly TemplateScalar[] {
  if (values.every(isScalar)) return values;
  throw new UsageError(
    `--value ${name} is repeated with a list or an object in it; write strings and numbers`,
  );
}

function isScalar(value: unknown): value is TemplateScalar {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
}
