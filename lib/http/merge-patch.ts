import { isObject } from '../protocol/json/values.js';
import type { Json } from '../protocol/documents.js';

/** The media type of merge patches. */
export const MERGE_PATCH_MEDIA_TYPE = 'application/merge-patch+json';

/**
 * Applies a merge patch: members that it gives replace those of the target, objects are merged into objects,
 * and null removes a member.
 *
 * @param target - is not changed; undefined where there is nothing yet
 * @returns the target as it is afterwards
 * @see RFC 7396, section 2
 */
export function mergePatch(target: Json | undefined, patch: Json): Json {
  if (!isObject(patch)) return patch;
  const members = new Map(isObject(target) ? Object.entries(target) : []);
  for (const [name, value] of Object.entries(patch)) {
    if (value === null) members.delete(name);
    else members.set(name, mergePatch(members.get(name), value));
  }
  return Object.fromEntries(members);
}
