import assert from 'node:assert/strict';
import { blocksOf, compile, pageAt } from '../documentation.js';
import { ShojiProcess } from './shoji-process.js';

const page = pageAt('docs/running.md');

describe('docs/running.md', () => {
  it('has programs that compile', async function () {
    await compile(blocksOf(page, 'ts'), 'running');
  });

  it('says of each option of shoji serve what it does, and of no other', async () => {
    const { output } = await ShojiProcess.run(['serve', '--help']);
    const optionsIn = (text: string) => new Set(text.match(/--[a-z]+(?:-[a-z]+)*/g));
    const documented = optionsIn(page.slice(0, page.indexOf('## Starting')));
    const offered = optionsIn(output.slice(output.indexOf('Options:')));
    offered.delete('--help');
    assert.deepEqual(documented, offered);
  });

  it('shows the members that a line of the log has', async () => {
    const [shown = ''] = blocksOf(page, 'json');
    const server = await ShojiProcess.serve('examples/users');
    await fetch(`${server.address}users/sellers/?sold_count=387`);
    await server.stop();
    const [line = {}] = server.log;
    assert.deepEqual(Object.keys(line), Object.keys(JSON.parse(shown) as object));
  });
});
