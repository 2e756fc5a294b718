import type { ProblemName } from '../http/problem.js';
import { problemTypes } from '../http/problem.js';
import type { Answer } from './incoming.js';

const PATH = '/problems/';

/**
 * The page that the `type` of a problem leads to.
 *
 * @returns undefined where the path is no such page, or the method does not read
 * @see RFC 9457, section 3.1.1: the type SHOULD lead to documentation that people can read
 */
export function problemPage(path: string, method: string): Answer | undefined {
  if (!path.startsWith(PATH) || (method !== 'GET' && method !== 'HEAD')) return undefined;
  const name = path.slice(PATH.length);
  if (!Object.hasOwn(problemTypes, name)) return undefined;
  const { status, title, meaning } = problemTypes[name as ProblemName];
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
<p>Status code: ${status}. Type: <code>${name}</code>.</p>
</html>
`,
  };
}

function escape(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
