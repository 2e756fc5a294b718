import { problemTypes } from '../http/problem.js';
import type { ProblemName } from '../http/problem.js';
import type { DeclaredProblem } from '../resource/declaration/problems.js';
import { jsonTypesOf } from '../resource/json-types.js';
import { isKeywords, propertiesOf } from '../resource/schema.js';
import type { HttpResponse } from './http-message.js';

const PATH = '/problems/';

/**
 * The page that the `type` of a problem leads to.
 *
 * @param problems - the types that the API has of its own
 * @returns undefined where the path is no such page, or the method does not read
 * @see RFC 9457, section 3.1.1: the type SHOULD lead to documentation that people can read
 */
export function problemPage(
  path: string,
  method: string,
  problems: ReadonlyMap<string, DeclaredProblem>,
): HttpResponse | undefined {
  if (!path.startsWith(PATH) || (method !== 'GET' && method !== 'HEAD')) return undefined;
  const name = path.slice(PATH.length);
  const own = problems.get(name)?.definition;
  if (own === undefined && !Object.hasOwn(problemTypes, name)) return undefined;
  const { status, title, meaning } = own ?? problemTypes[name as ProblemName];
  return {
    status: 200,
    headers: { 'Content-Type': 'text/html; charset=utf-8' },
    body: `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta name="color-scheme" content="light dark">
<title>${escape(title)}</title>
<style>body { font: 1.1rem/1.5 system-ui, sans-serif; max-width: 40rem; margin: 3rem auto; padding: 0 1rem }</style>
<h1>${escape(title)}</h1>
<p>${escape(meaning)}</p>
${membersTold(own?.members)}<p>Status code: ${status}. Type: <code>${name}</code>.</p>
</html>
`,
  };
}

/** Lists the extension members of a problem, each with its description where it has one. */
function membersTold(schema: object | undefined): string {
  const members = Object.entries(propertiesOf(schema));
  if (members.length === 0) return '';
  const required: unknown = isKeywords(schema) ? schema['required'] : undefined;
  const told = members.map(([name, member]) => {
    const types = [...jsonTypesOf(member)].join(' or ');
    const presence = Array.isArray(required) && required.includes(name) ? '' : ', may be absent';
    const { description } = member;
    const text = typeof description === 'string' ? `: ${description}` : '';
    return `<li><code>${escape(name)}</code> (${escape(types)}${presence})${escape(text)}</li>\n`;
  });
  return `<p>Members that the problem has beside those of RFC 9457:</p>\n<ul>\n${told.join('')}</ul>\n`;
}

function escape(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
