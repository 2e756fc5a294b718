import { error, warning, type Mutation } from './mutation.js';
import { ofKind, type Site, type Sites } from './sites.js';
import { leaf, type Tree } from './tree.js';
import type { Blame } from './mutation.js';

/** What is no RFC 3339 date-time. */
const NO_DATE_TIMES = [
  '',
  ' ',
  'today',
  '2019',
  '2019-10',
  '2019-10-27',
  '09:15:00Z',
  '2019-10-27T09:15:00',
  '2019-10-27T09:15Z',
  '2019-10-27T09Z',
  '2019-10-27 09:15:00Z',
  '2019-10-27T09:15:00 Z',
  ' 2019-10-27T09:15:00Z',
  '2019-10-27T09:15:00Z ',
  '2019-10-27T09:15:00Z\n',
  '2019-10-27T09:15:00+0200',
  '2019-10-27T09:15:00+02',
  '2019-10-27T09:15:00+24:00',
  '2019-10-27T09:15:00+02:60',
  '2019-10-27T09:15:00.Z',
  '2019-10-27T09:15:00,5Z',
  '2019-10-27T24:00:00Z',
  '2019-10-27T09:60:00Z',
  '2019-10-27T09:15:61Z',
  '2019-10-27T09:15:60Z',
  '2019-10-31T23:59:60+02:00',
  '2019-00-27T09:15:00Z',
  '2019-13-27T09:15:00Z',
  '2019-10-00T09:15:00Z',
  '2019-10-32T09:15:00Z',
  '2019-02-29T09:15:00Z',
  '1900-02-29T09:15:00Z',
  '2019-04-31T09:15:00Z',
  '19-10-27T09:15:00Z',
  '+2019-10-27T09:15:00Z',
  '12019-10-27T09:15:00Z',
  '2019-1-27T09:15:00Z',
  '20191027T091500Z',
  '2019-W43-7T09:15:00Z',
  '2019-300T09:15:00Z',
  '27.10.2019',
  '10/27/2019',
  'Sun, 27 Oct 2019 09:15:00 GMT',
  '1572160500',
  '２０１９-10-27T09:15:00Z',
  '2019-10-27T09:15:00−02:00',
  '2019-10-27T09:15:00Z/P1D',
  'P1D',
  'null',
];

const GOOD = '2019-10-27T09:15:00Z';

/** A good date-time, wrongly marked. */
const BADLY_MARKED = [
  `#${GOOD}`,
  `${GOOD}#`,
  `##${GOOD}##`,
  `# ${GOOD} #`,
  `"${GOOD}"`,
  `@${GOOD}@`,
  '#',
  '##',
  '# #',
];

/** Dates that are none, and dates without their marks. */
export function* malformedDate(sites: Sites): Generator<Mutation> {
  for (const site of ofKind(sites, 'date')) {
    const wrong = [...NO_DATE_TIMES.flatMap((text) => [text, `#${text}#`]), ...BADLY_MARKED];
    for (const text of wrong) yield put(site, text, (value) => error('malformed-date', value));
    for (const text of [GOOD, '2016-12-31T23:59:60Z', '2019-10-27t09:15:00.123456789-23:59']) {
      yield put(site, text, (value) => warning('bare-date', value));
    }
  }
}

function put(site: Site, text: string, blame: (value: Tree) => Blame): Mutation {
  const value = leaf(text);
  return {
    what: `${JSON.stringify(text)} as ${site.within}`,
    touches: [site.value],
    apply: () => {
      site.replace(value);
      return [blame(value)];
    },
  };
}
