// @slow: writes to the disk, and waits for it
import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { sqliteEngine } from '../../../lib/store/sql/sqlite/sqlite-engine.js';
import { statement } from './statement.js';
import { needStrace, trace } from './trace.js';

const PROGRAM = fileURLToPath(new URL('sqlite-engine-process.js', import.meta.url));
const IDS = statement('SELECT id FROM item ORDER BY id');

/**
 * How many are tried while the disk fails. The calls that fail are counted for each thread by itself, and which
 * thread commits is chance: with so many, every one of them gets past what fails.
 */
const WRITES = 300;

/** The numbers of the writes of which the program said this. */
function said(output: readonly string[], what: string): number[] {
  return output.filter((line) => line.startsWith(`${what} `)).map((line) => Number(line.split(' ')[1]));
}

describe('store/sql/sqlite engine, on the disk', () => {
  let directory: string;
  let path: string;

  before(needStrace);

  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'shoji-'));
    path = join(directory, 'test.db');
  });

  afterEach(() => rm(directory, { recursive: true }));

  /** What another process finds in the file. */
  const kept = async (): Promise<number[]> => {
    const engine = sqliteEngine(path);
    await engine.open();
    const rows = await engine.reader.all(IDS, []);
    await engine.close();
    return rows.map(({ id }) => Number(id));
  };

  /** How often the disk was waited for between the moment a write ran and its acknowledgement, for each. */
  const syncsOf = (calls: readonly string[], count: number): number[] => {
    const syncs = (from: number, to: number) =>
      calls.slice(from, to).filter((call) => /\b(?:fsync|fdatasync)\b.*= 0/.test(call)).length;
    const moment = (line: string) => calls.findIndex((call) => call.includes(`"${line}\\n"`));
    return Array.from({ length: count }, (_, id) => syncs(moment(`runs ${id}`), moment(`kept ${id}`)));
  };

  it('[H61] acknowledges no write before an fsync that followed it', () => {
    const { calls } = trace(['trace=fsync,fdatasync,write'], [PROGRAM, path, '20']);
    const syncs = syncsOf(calls, 20);
    assert.ok(
      syncs.every((count) => count >= 1),
      syncs.join(' '),
    );
  });

  it('[H61] acknowledges those that share a commit after its fsync, which is fewer than there are writes', () => {
    const { calls } = trace(['trace=fsync,fdatasync,write'], [PROGRAM, path, '96', '32']);
    const syncs = syncsOf(calls, 96);
    assert.ok(
      syncs.every((count) => count >= 1),
      syncs.join(' '),
    );
    const all = calls.filter((call) => /\b(?:fsync|fdatasync)\b.*= 0/.test(call)).length;
    assert.ok(all < 48, `${all} for 96 writes`);
  });

  for (const [fault, reason, injected] of [
    ['fsync fails once', 'failed', 'inject=fsync,fdatasync:error=EIO:when=6'],
    ['the disk is full for a while', 'full', 'inject=pwrite64:error=ENOSPC:when=30..45'],
    ['writing fails for a while', 'failed', 'inject=pwrite64:error=EIO:when=30..45'],
  ] as const) {
    it(`[H62] ${fault}: answers ${reason}, acknowledges nothing that is not kept, reads on, and recovers`, async () => {
      const { output } = trace(['trace=fsync,fdatasync,pwrite64', injected], [PROGRAM, path, String(WRITES)]);
      const [acknowledged, refused] = [said(output, 'kept'), said(output, reason)];
      assert.ok(refused.length > 0, 'nothing was refused');
      assert.equal(acknowledged.length + refused.length, WRITES, output.join('\n'));
      assert.ok(acknowledged.at(-1)! > refused.at(-1)!, 'nothing was written afterwards');
      assert.deepEqual(output.at(-1), `read ${acknowledged.join(',')}`);
      assert.deepEqual(await kept(), acknowledged);
    });
  }
});
