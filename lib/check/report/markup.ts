import { sanitizeLine } from './sanitize.js';

/** Text that is markup already, and is put into other markup as it is. */
export class Markup {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

/** The values that a template of markup takes. */
export type Content = Markup | string | number | undefined | false | readonly Content[];

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/**
 * Writes markup that is HTML and XML alike: all that is put into the template is escaped, for text and
 * attributes both, unless it is markup itself. Nothing stands for `undefined` and `false`.
 */
export function markup(strings: TemplateStringsArray, ...contents: readonly Content[]): Markup {
  return new Markup(strings.map((text, index) => text + rendered(contents[index])).join(''));
}

function rendered(content: Content): string {
  if (content === undefined || content === false) return '';
  if (content instanceof Markup) return content.text;
  if (typeof content === 'object') return content.map(rendered).join('');
  return sanitizeLine(String(content)).replaceAll(
    /[&<>"']/g,
    (character) => ENTITIES[character] ?? character,
  );
}
