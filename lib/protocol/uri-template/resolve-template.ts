import { parseTemplate } from './parse.js';
import { resolveIri } from '../iri/resolve-iri.js';

/**
 * Makes a template absolute: resolves what stands before its first expression, and leaves the
 * expressions as they are. For values that leave no first expression empty, expanding the result
 * leads where resolving the original's expansion leads.
 *
 * Where the template begins with an expression, its operator tells what kind of reference it
 * makes: `{?q}` replaces the base's query and `{#f}` its fragment, `{/a}` starts at the root, and
 * `{a}`, `{.a}`, `{;a}` and `{&a}` stand beside the base's last segment. `{+ref}` may become any
 * reference, so such a template is given back unchanged, to be resolved once it is expanded; so is
 * one that has its own scheme, be it literal or not (`{scheme}://h/`).
 *
 * @example
 * ```ts
 * import { resolveTemplate } from 'koa-shoji/protocol';
 *
 * console.log(resolveTemplate('sellers{?sold_count}', '/books/')); // /books/sellers{?sold_count}
 * ```
 *
 * @param text - a template for an IRI reference
 * @param base - as in {@link resolveIri}
 * @throws {UriTemplateError} where the text is no template
 * @see RFC 3986, section 5.2 and RFC 6570, section 3
 */
export function resolveTemplate(text: string, base: string): string {
  const [first, next] = parseTemplate(text);
  if (first === undefined) return resolveIri('', base);
  if (hasScheme(text)) return text;
  if (first.type === 'expression') {
    switch (first.operator) {
      case '+':
        return text;
      case '?':
        return resolveIri('?', base).slice(0, -1) + text;
      case '#':
        return resolveIri('', base) + text;
      case '/':
        return resolveIri('/', base).slice(0, -1) + text;
      default:
        return resolveIri('.', base) + text;
    }
  }
  const literal = first.text;
  const endsPath = next === undefined || (next.type === 'expression' && /[?#]/.test(next.operator));
  if (endsPath || /[?#]/.test(literal)) return resolveIri(literal, base) + text.slice(literal.length);
  if (literal.startsWith('//')) {
    const scheme = /^[^:/?#]*:/.exec(base)?.[0] ?? '';
    return scheme + text;
  }
  // The last segment may go on in the expression, so that a ".." there need not be one.
  const complete = literal.lastIndexOf('/') + 1;
  return resolveIri(literal.slice(0, complete) || '.', base) + text.slice(complete);
}

/** Whether the first segment of a template, whatever its expressions become, has a literal `:`. */
export function hasScheme(text: string): boolean {
  return /^(?:\{[^/?#][^}]*\}|[^{/?#:])*:/.test(text);
}
