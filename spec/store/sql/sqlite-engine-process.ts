/**
 * A process that writes to a SQLite file and says on its standard output what became of each write; for tests
 * that trace its system calls. Arguments: the file, how many writes, and how many of them at once.
 */
import { writeSync } from 'node:fs';
import { sqliteEngine } from '../../../lib/store/sql/sqlite/sqlite-engine.js';
import { StoreUnavailableError } from '../../../lib/store/store-errors.js';
import { statement } from './statement.js';

const [, , path = '', count = '0', atOnce = '1'] = process.argv;
const CREATE = statement('CREATE TABLE IF NOT EXISTS item (id INTEGER PRIMARY KEY, text TEXT)');
const INSERT = statement('INSERT INTO item VALUES (?, ?)');
const IDS = statement('SELECT id FROM item ORDER BY id');

function say(line: string): void {
  writeSync(1, `${line}\n`);
}

const engine = sqliteEngine(path);
await engine.open();
await engine.write((connection) => connection.run(CREATE, []));

let next = 0;

async function writeAll(): Promise<void> {
  while (next < Number(count)) {
    const id = next++;
    try {
      await engine.write((connection) => {
        say(`runs ${id}`);
        return connection.run(INSERT, [id, 'x'.repeat(3000)]);
      });
      say(`kept ${id}`);
    } catch (error) {
      say(`${error instanceof StoreUnavailableError ? error.reason : String(error)} ${id}`);
    }
    await engine.reader.all(IDS, []);
  }
}

await Promise.all(Array.from({ length: Number(atOnce) }, writeAll));
const rows = await engine.reader.all(IDS, []);
say(`read ${rows.map(({ id }) => String(id)).join(',')}`);
await engine.close();
