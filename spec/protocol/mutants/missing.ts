import { error, type Mutation } from './mutation.js';
import { REQUIRED, type Sites } from './sites.js';

/** Documents that lack what they must have. */
export function* missing({ seed, root, all }: Sites): Generator<Mutation> {
  const required = REQUIRED[seed.element];
  for (const { depth, member, value, remove } of all) {
    if (depth !== 1 || member === undefined || !required.includes(member.name)) continue;
    yield {
      what: `no ${member.name}`,
      touches: [value],
      apply: () => {
        remove();
        return [error('missing-member', root)];
      },
    };
  }
}
