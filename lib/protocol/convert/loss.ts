/** One thing that a document of another dialect cannot say. */
export interface Loss {
  /** Where it stands in the document that was converted, as an RFC 6901 JSON Pointer. */
  readonly pointer: string;
  /** 1-based, where the text of the document is known. */
  readonly line?: number;
  /** 1-based, in UTF-16 code units, where the text of the document is known. */
  readonly column?: number;
  /** What could not be carried over, why, and what can be done about it. */
  readonly message: string;
}
