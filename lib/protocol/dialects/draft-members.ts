const COMMON = ['element', 'self', 'title', 'description', 'updated', 'catalogs', 'fragments', 'views'];

/** The members that both drafts name, by the element that they stand in. */
export const draftMembers: ReadonlyMap<string, readonly string[]> = new Map([
  ['shoji:catalog', [...COMMON, 'entities']],
  ['shoji:entity', [...COMMON, 'body']],
]);

/** The members of both drafts, whatever element they stand in. */
export const draftNames: ReadonlySet<string> = new Set([...draftMembers.values()].flat());
