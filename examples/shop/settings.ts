import { Catalog, Entity, View } from 'koa-shoji';
import type { Infer, ViewRequest } from 'koa-shoji';
import { Type } from 'koa-shoji/typebox';

/** One thing that the staff decides; each has a view of its own, which knows what it must look like. */
class Setting extends Entity.of({
  iri: '{setting}/',
  body: Type.Object({ value: Type.Unknown() }),
  methods: ['GET'],
}) {}

export class Settings extends Catalog.of(Setting, {
  iri: 'settings/',
  title: 'Settings',
  ids: 'client',
  methods: ['GET'],
}) {}

const Time = Type.String({ pattern: '^(?:[01][0-9]|2[0-3]):[0-5][0-9]$' });
const Hours = Type.Object({ opens: Time, closes: Time }, { additionalProperties: false });
const Week = Type.Object(
  { weekdays: Hours, saturday: Type.Optional(Hours), sunday: Type.Optional(Hours) },
  { additionalProperties: false },
);

export class OpeningHours extends View.of({ iri: 'opening_hours', schema: Week }) {
  async value({ catalogOf }: ViewRequest) {
    return (await catalogOf(Settings).read('opening_hours'))?.body.value;
  }

  async replace(value: Infer<typeof Week>, { catalogOf }: ViewRequest) {
    await catalogOf(Settings).replace('opening_hours', { value });
    return value;
  }
}
