import assert from 'node:assert/strict';
import { Random } from '../random.js';
import { Disk } from './disk.js';
import type { DiskEvent } from './disk.js';

const FOLDER = '/d';
const PATH = '/d/file';
const created: readonly DiskEvent[] = [
  { kind: 'create', path: PATH },
  { kind: 'sync', path: FOLDER },
];

function writing(offset: number, byte: number, length = 1024): DiskEvent {
  return { kind: 'write', path: PATH, offset, data: Buffer.alloc(length, byte) };
}

/** What is found of the file after many losses of power at the same moment, each in another way. */
function remains(events: readonly DiskEvent[]): (Buffer | undefined)[] {
  const disk = new Disk(FOLDER);
  for (const event of events) disk.do(event);
  const random = new Random(1);
  return Array.from({ length: 200 }, () => disk.afterPowerLoss(random).get(PATH));
}

function distinct(found: readonly (Buffer | undefined)[]): Set<string> {
  return new Set(found.map((content) => content?.toString('latin1') ?? 'absent'));
}

describe('a disk that loses power', () => {
  it('keeps what was synced', () => {
    const found = distinct(remains([...created, writing(0, 1), { kind: 'sync', path: PATH }]));
    assert.deepEqual([...found], ['\x01'.repeat(1024)]);
  });

  it('keeps all, nothing or some sectors of what was not', () => {
    const found = distinct(remains([...created, writing(0, 1), { kind: 'sync', path: PATH }, writing(0, 2)]));
    const [old, young] = ['\x01'.repeat(512), '\x02'.repeat(512)];
    assert.deepEqual(found, new Set([old + old, young + young, old + young, young + old]));
  });

  it('may keep a later write and not an earlier one', () => {
    const found = remains([...created, writing(0, 1, 1), writing(512, 2, 1)]);
    assert.ok(found.some((content) => content?.length === 513 && content[0] === 0 && content[512] === 2));
  });

  it('may have forgotten that a file became shorter', () => {
    const found = remains([
      ...created,
      writing(0, 1),
      { kind: 'sync', path: PATH },
      { kind: 'truncate', path: PATH, size: 3 },
    ]);
    assert.deepEqual(new Set(found.map((content) => content?.length)), new Set([1024, 3]));
  });

  it('does not count as synced what was written after the sync began', () => {
    const found = remains([
      ...created,
      { kind: 'sync-begin', path: PATH },
      writing(0, 1),
      { kind: 'sync', path: PATH },
    ]);
    assert.ok(found.some((content) => content?.length === 0));
  });

  it('may have forgotten the name of a file, and that it was removed, until the folder is synced', () => {
    const named = distinct(remains([{ kind: 'create', path: PATH }]));
    assert.deepEqual(named, new Set(['absent', '']));
    const removed = distinct(remains([...created, { kind: 'unlink', path: PATH }]));
    assert.deepEqual(removed, new Set(['absent', '']));
    const gone = distinct(
      remains([...created, { kind: 'unlink', path: PATH }, { kind: 'sync', path: FOLDER }]),
    );
    assert.deepEqual(gone, new Set(['absent']));
  });
});
