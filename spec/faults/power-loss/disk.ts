import type { Random } from '../random.js';

/** What was done to a file, or to the folder that it is in. */
export type DiskEvent =
  | { readonly kind: 'create' | 'unlink'; readonly path: string }
  | { readonly kind: 'write'; readonly path: string; readonly offset: number; readonly data: Buffer }
  | { readonly kind: 'truncate'; readonly path: string; readonly size: number }
  /** The call to sync a file or a folder was made; where it is not there, `sync` says that as well. */
  | { readonly kind: 'sync-begin'; readonly path: string }
  /** It has returned. */
  | { readonly kind: 'sync'; readonly path: string };

type Change = Extract<DiskEvent, { kind: 'write' | 'truncate' }>;

/** How much of what was not synced is found on the disk. */
const LOSSES = ['nothing', 'everything', 'the first', 'some writes', 'some sectors'] as const;
type Loss = (typeof LOSSES)[number];

const SECTOR = 512;

/** One file, whatever its names. */
interface File {
  durable: Buffer;
  /** What was done since the last sync. */
  readonly pending: Change[];
  /** How much of `pending` had been done when the sync began that is going on. */
  syncing?: number;
}

interface Naming {
  readonly path: string;
  readonly file: File | undefined;
}

/**
 * The files of one folder on a disk that keeps its promises, and no more than these: what was synced is there,
 * of everything else any part. A name is there once its folder was synced.
 */
export class Disk {
  readonly #files = new Map<string, File>();
  readonly #durableNames = new Map<string, File>();
  /** Names given and taken since the folder was synced. */
  readonly #pendingNames: Naming[] = [];
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  do(event: DiskEvent): void {
    if (event.path === this.#folder) {
      if (event.kind === 'sync') this.#rename(this.#durableNames, this.#pendingNames.splice(0));
      return;
    }
    switch (event.kind) {
      case 'create':
        if (!this.#files.has(event.path)) this.#name(event.path, { durable: Buffer.alloc(0), pending: [] });
        return;
      case 'unlink':
        this.#name(event.path, undefined);
        return;
      case 'write':
      case 'truncate':
        this.#file(event.path).pending.push(event);
        return;
      case 'sync-begin': {
        const file = this.#file(event.path);
        file.syncing = file.pending.length;
        return;
      }
      case 'sync': {
        const file = this.#file(event.path);
        const synced = file.pending.splice(0, file.syncing ?? file.pending.length);
        delete file.syncing;
        file.durable = synced.reduce(changed, file.durable);
      }
    }
  }

  /** The files as they may be found if the power fails now. */
  afterPowerLoss(random: Random): ReadonlyMap<string, Buffer> {
    const names = new Map(this.#durableNames);
    this.#rename(names, this.#pendingNames.slice(0, random.below(this.#pendingNames.length + 1)));
    const loss = random.pick(LOSSES);
    return new Map(Array.from(names, ([path, file]) => [path, survivor(file, loss, random)]));
  }

  #file(path: string): File {
    const file = this.#files.get(path);
    if (file === undefined) throw new Error(`${path} was used before it was created`);
    return file;
  }

  #name(path: string, file: File | undefined): void {
    this.#pendingNames.push({ path, file });
    this.#rename(this.#files, [{ path, file }]);
  }

  #rename(names: Map<string, File>, changes: readonly Naming[]): void {
    for (const { path, file } of changes) {
      if (file === undefined) names.delete(path);
      else names.set(path, file);
    }
  }
}

/** What is found of one file. */
function survivor({ durable, pending }: File, loss: Loss, random: Random): Buffer {
  const first = random.below(pending.length + 1);
  return pending.reduce((content, change, index) => {
    switch (loss) {
      case 'nothing':
        return content;
      case 'everything':
        return changed(content, change);
      case 'the first':
        if (index === first) return torn(content, change, random);
        return index < first ? changed(content, change) : content;
      case 'some writes':
        return random.chance(0.5) ? changed(content, change) : content;
      case 'some sectors':
        return torn(content, change, random);
    }
  }, durable);
}

/** A change of which some sectors reached the disk. */
function torn(content: Buffer, change: Change, random: Random): Buffer {
  if (change.kind === 'truncate') return random.chance(0.5) ? changed(content, change) : content;
  let result = content;
  const { path, offset, data } = change;
  for (let from = 0; from < data.length;) {
    const to = Math.min(data.length, from + SECTOR - ((offset + from) % SECTOR));
    if (random.chance(0.5)) {
      result = changed(result, { kind: 'write', path, offset: offset + from, data: data.subarray(from, to) });
    }
    from = to;
  }
  return result;
}

/** A copy of a file's content with a change; a hole is filled with zeros. */
function changed(content: Buffer, change: Change): Buffer {
  const size =
    change.kind === 'truncate' ? change.size : Math.max(content.length, change.offset + change.data.length);
  const result = Buffer.alloc(size);
  content.copy(result, 0, 0, size);
  if (change.kind === 'write') change.data.copy(result, change.offset);
  return result;
}
