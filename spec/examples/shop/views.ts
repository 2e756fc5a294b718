import assert from 'node:assert/strict';
import { requireProblem } from './ground.js';
import type { Declare } from './ground.js';

export const testViews: Declare = (shop) => {
  describe('opening hours', () => {
    it('are changed by the staff and seen by everybody', async () => {
      const { visitor, staff } = shop();
      const iri = await staff.find(['opening hours']);
      const before = (await visitor.get(iri)).json;
      const hours = {
        weekdays: { opens: '08:00', closes: '20:00' },
        sunday: { opens: '11:00', closes: '15:00' },
      };
      const { status, json } = await staff.send('PUT', iri, hours);
      assert.deepEqual([status, json], [200, hours]);
      assert.deepEqual((await visitor.get(iri)).json, hours);
      assert.equal((await staff.send('PUT', iri, before)).status, 200);
      assert.deepEqual((await visitor.get(iri)).json, before);
    });

    it('are not changed by others, nor to hours that no day has', async () => {
      const { visitor, ada, staff } = shop();
      const iri = await staff.find(['opening hours']);
      for (const client of [visitor, ada]) {
        await requireProblem(client.send('PUT', iri, {}), 403, 'forbidden');
      }
      const { document } = await requireProblem(
        staff.send('PUT', iri, { weekdays: { opens: '09:00', closes: '24:30' } }),
        422,
        'invalid-document',
      );
      assert.deepEqual(
        document.errors?.map(({ pointer }) => pointer),
        ['/weekdays/closes'],
      );
    });
  });

  describe('turnover', () => {
    it('is summed up by month', async () => {
      const { staff } = shop();
      const { json } = await staff.follow(['turnover per month', { year: 2025 }]);
      assert.deepEqual(json, [
        { month: '2025-11', orders: 1, total: 4300 },
        { month: '2025-12', orders: 2, total: 12_060 },
      ]);
      assert.deepEqual((await staff.follow(['turnover per month', { year: 2024 }])).json, []);
    });
  });
};
