import { error, warning, type Mutation } from './mutation.js';
import { REQUIRED, type Sites } from './sites.js';

/** Members whose names are nearly those of the protocol. */
export function* misspelt({ seed, root, all }: Sites): Generator<Mutation> {
  for (const { depth, kind, member, value } of all) {
    if (depth !== 1 || member === undefined || kind === 'element' || kind === 'any') continue;
    const { name } = member;
    const isRequired = REQUIRED[seed.element].includes(name) && (name !== 'self' || seed.role === 'response');
    for (const wrong of misspellings(name)) {
      yield {
        what: `${wrong} for ${name}`,
        touches: [root],
        apply: () => {
          member.name = wrong;
          const blame = warning('misspelt-member', value);
          return isRequired ? [blame, error('missing-member', root)] : [blame];
        },
      };
    }
  }
}

function misspellings(name: string): readonly string[] {
  const [first = '', second = ''] = name;
  return [
    name.toUpperCase(),
    first.toUpperCase() + name.slice(1),
    ` ${name}`,
    `${name} `,
    second + first + name.slice(2),
    name.slice(0, -1),
    first + name,
  ];
}
