// The process that validates documents: started with the name of a way to do it, told how long over IPC.
import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { validate, validateText } from '../../dist/lib/protocol/index.js';
import { catalogDocument, catalogsOf, entityDocument } from './users.js';

/** How many documents one turn of the loop validates. */
export interface Validated {
  readonly documents: number;
  readonly seconds: number;
}

/** As an API answers: nine entities to one catalog of a hundred. */
const ENTITIES = 90;
const CATALOGS = 10;

const [users] = catalogsOf({ entities: 100, classes: 1, store: 'memory', paged: false, conditional: false });
if (users === undefined) throw new Error('there are no users');
const entities = [...users.users]
  .slice(0, ENTITIES)
  .map(([id, user]) => entityDocument(`/users/${id}/`, user));
const catalogs = Array.from({ length: CATALOGS }, () => catalogDocument(users));
const documents = [...entities, ...catalogs];
const texts = documents.map((document) => JSON.stringify(document));

const ajvValidators = () => {
  const schemas = new URL('../../schemas/draft-02/', import.meta.url);
  const compiled = ['entity', 'catalog'].map((name) => {
    const ajv = new Ajv2020({ allErrors: true, validateFormats: false });
    return ajv.compile(JSON.parse(readFileSync(new URL(`${name}.json`, schemas), 'utf8')));
  });
  const [entity, catalog] = compiled;
  return (document: { element: string }) =>
    (document.element === 'shoji:entity' ? entity?.(document) : catalog?.(document)) === true;
};

const ways: Readonly<Record<string, () => () => boolean>> = {
  shoji: () => () => documents.every((document) => validate(document).valid),
  'shoji-text': () => () => texts.every((text) => validateText(text).valid),
  ajv: () => {
    const isValid = ajvValidators();
    return () => documents.every(isValid);
  },
  'ajv-text': () => {
    const isValid = ajvValidators();
    return () => texts.every((text) => isValid(JSON.parse(text) as { element: string }));
  },
};

const validateAll = ways[process.argv[2] ?? '']?.();
if (validateAll === undefined) throw new Error(`no such way: ${process.argv[2]}`);
if (!validateAll()) throw new Error('the documents are not valid');

process.on('message', (duration: number) => {
  const start = performance.now();
  let turns = 0;
  while (performance.now() - start < duration) {
    validateAll();
    turns += 1;
  }
  const validated: Validated = {
    documents: turns * documents.length,
    seconds: (performance.now() - start) / 1000,
  };
  process.send?.(validated);
});
process.on('disconnect', () => process.exit());
process.send?.('ready');
