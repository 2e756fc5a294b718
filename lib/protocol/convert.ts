import { convertValid, type Conversion } from './convert/convert-valid.js';
import { ConversionError } from './convert/conversion-error.js';
import type { Dialect } from './dialects/dialect.js';
import type { Json } from './documents.js';
import type { Role } from './role.js';
import { validate } from './validate.js';

export { ConversionError } from './convert/conversion-error.js';
export type { Conversion } from './convert/convert-valid.js';
export type { Loss } from './convert/loss.js';

/** Between which dialects to convert. */
export interface ConvertOptions {
  /** What the document is written in; with `auto`, what it reads as. */
  readonly from: Dialect | 'auto';
  readonly to: Dialect;
  /** `response` by default, which must have `self`; a request need not. */
  readonly role?: Role;
  /**
   * The text that the document was read from, so that losses have a line and a column, and names
   * that are integers keep the order they are written in.
   */
  readonly text?: string;
}

/**
 * Converts a document from one dialect to another, and tells what the other cannot say. Members
 * that no dialect names are kept. From draft 01 to Crunch and back, it goes by way of draft 02.
 *
 * What is valid becomes valid. A view or an order of Crunch's becomes a Value document; a view
 * without a value becomes a catalog. The document given is not changed.
 *
 * @param document - a JSON value, as JSON.parse gives it
 * @returns the new document, which shares parts with the old one, and the losses
 * @throws {ConversionError} where the document is not valid in its own dialect, or the value of a
 *   view would not be valid on its own
 *
 * @example
 * convert({ element: 'shoji:catalog', self: '', catalogs: ['bills/'] }, { from: 'draft-01', to: 'draft-02' });
 * // { document: { element: 'shoji:catalog', self: '', catalogs: { bills: 'bills/' } }, losses: [] }
 *
 * @see Shoji draft 02, section 1.1
 */
export function convert(
  document: unknown,
  { from, to, role = 'response', text }: ConvertOptions,
): Conversion {
  const judged = validate(document, { dialect: from, role, ...(text !== undefined && { text }) });
  if (!judged.valid) throw new ConversionError(judged.findings);
  return convertValid(document as Json, { from: judged.dialect, to, role, text });
}
