import * as fc from 'fast-check';

/** A few items of each part, joined. */
function some(part: fc.Arbitrary<string>, minLength = 0, maxLength = 4): fc.Arbitrary<string> {
  return fc.array(part, { minLength, maxLength }).map((parts) => parts.join(''));
}

const encoded = fc.constantFrom('%20', '%2F', '%e4%B8%ad', '%25', '%00', '%7b');
const foreign = fc.constantFrom('é', '書', 'ß', '\u00A0', '\u{1F600}', '\u{E1000}', '\uFFEF');
const unreserved = fc.constantFrom('a', 'Z', '0', '-', '.', '_', '~', 'id', '2019');
const subDelimiter = fc.constantFrom('!', '$', '&', "'", '(', ')', '*', '+', ',', ';', '=');
const inName = fc.oneof(unreserved, subDelimiter, encoded, foreign);
const inSegment = fc.oneof(inName, fc.constantFrom(':', '@'));
const inQuery = fc.oneof(inSegment, fc.constantFrom('/', '?', '\uE000', '\u{F0000}', '\u{10FFFD}'));
const inFragment = fc.oneof(inSegment, fc.constantFrom('/', '?'));

const segment = some(inSegment);
const query = fc.oneof(
  fc.constant(''),
  some(inQuery).map((text) => `?${text}`),
);
const fragment = fc.oneof(
  fc.constant(''),
  some(inFragment).map((text) => `#${text}`),
);
const folders = some(segment.map((text) => `/${text}`));
const pathAbsolute = fc.tuple(some(inSegment, 1), folders).map(([first, rest]) => `/${first}${rest}`);
const pathRelative = fc
  .tuple(
    fc.oneof(
      some(
        inName.filter((text) => !text.includes(':')),
        1,
      ),
      fc.constantFrom('.', '..'),
    ),
    folders,
  )
  .map(([first, rest]) => first + rest);

const host = fc.oneof(
  some(inName, 1),
  fc.constantFrom('cellar.example', 'xn--bcher-kva.example', '例え.テスト', '192.0.2.255', '999.0.2.1'),
  fc.constantFrom(
    '[::]',
    '[::1]',
    '[2001:DB8::7]',
    '[1:2:3:4:5:6:7:8]',
    '[::ffff:192.0.2.1]',
    '[1::]',
    '[v1.a:b]',
  ),
);
const user = fc.oneof(
  { weight: 5, arbitrary: fc.constant('') },
  { weight: 1, arbitrary: some(fc.oneof(inName, fc.constant(':'))).map((text) => `${text}@`) },
);
const port = fc.oneof(
  fc.constantFrom('', ':', ':0', ':080', ':65535'),
  fc.nat(65535).map((number) => `:${number}`),
);
const authority = fc
  .tuple(user, host, port, folders)
  .map(([who, where, door, rest]) => `//${who}${where}${door}${rest}`);

const absolute = fc.oneof(
  fc
    .tuple(fc.constantFrom('http:', 'https:', 'HTTPS:', 'coap+tcp:'), authority)
    .map((parts) => parts.join('')),
  fc.constantFrom(
    'urn:isbn:0451450523',
    'tag:cellar.example,2019:1',
    'mailto:ada@cellar.example',
    'a1+-.:',
    'x:/y',
    'x:///y',
  ),
);

/** IRI references of every form. */
export const iriReference: fc.Arbitrary<string> = fc
  .tuple(fc.oneof(absolute, authority, pathAbsolute, pathRelative, fc.constantFrom('', '/')), query, fragment)
  .map((parts) => parts.join(''));

const nameCharacter = fc.oneof(fc.constantFrom('a', 'Z', '0', '_', 'year', 'of_birth'), encoded);
const variableName = fc
  .array(some(nameCharacter, 1, 3), { minLength: 1, maxLength: 3 })
  .map((parts) => parts.join('.'));
const modifier = fc.oneof(
  fc.constantFrom('', '', '*', ':1', ':9999'),
  fc.integer({ min: 1, max: 9999 }).map((n) => `:${n}`),
);
const variable = fc.tuple(variableName, modifier).map((parts) => parts.join(''));
const expression = fc
  .tuple(
    fc.constantFrom('', '+', '#', '.', '/', ';', '?', '&'),
    fc.array(variable, { minLength: 1, maxLength: 3 }),
  )
  .map(([operator, variables]) => `{${operator}${variables.join(',')}}`);
const literal = some(fc.oneof(inSegment, fc.constantFrom('/', '?', '#', '[', ']', '\uE000')));

/** URI templates of every level, with at least one expression. */
export const uriTemplate: fc.Arbitrary<string> = fc
  .tuple(literal, fc.array(fc.tuple(expression, literal), { minLength: 1, maxLength: 3 }))
  .map(([first, rest]) => first + rest.flat().join(''));
