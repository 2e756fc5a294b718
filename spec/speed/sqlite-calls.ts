import { createRequire } from 'node:module';
import Database from 'libsql';

/** What is asked of a connection by a text: on this thread, or on libsql's own. */
type Exec = (this: Database.Database, sql: string) => unknown;

/** What a prepared statement is asked to do. */
type Execute = (this: object, ...parameters: unknown[]) => unknown;

interface Connections {
  exec: Exec;
  prepare: (this: Database.Database, sql: string) => object;
}

interface Statements {
  all: Execute;
  run: Execute;
}

const connections = Database.prototype as unknown as Connections;
const { prototype: aside } = createRequire(import.meta.url)('libsql/promise') as {
  readonly prototype: Pick<Connections, 'exec'>;
};

/** What this process asks of SQLite, as libsql is told: it is noted, and carried out as ever. */
export class SqliteCalls {
  #asked: string[] = [];
  readonly #end: () => void;

  /** Sees whatever is prepared from now on. */
  constructor() {
    const texts = new WeakMap<object, string>();
    const probe = new Database(':memory:');
    const statements = Object.getPrototypeOf(probe.prepare('SELECT 1')) as Statements;
    probe.close();
    const { exec, prepare } = connections;
    const { exec: execAside } = aside;
    const { all, run } = statements;
    this.#end = () => {
      Object.assign(connections, { exec, prepare });
      Object.assign(aside, { exec: execAside });
      Object.assign(statements, { all, run });
    };

    const note = (sql: string | undefined) => this.#asked.push(sql ?? 'something that was prepared before');
    const noting = (execute: Execute): Execute =>
      function (...parameters) {
        note(texts.get(this));
        return execute.apply(this, parameters);
      };
    const notingText = (execute: Exec): Exec =>
      function (sql) {
        note(sql);
        return execute.call(this, sql);
      };
    connections.prepare = function (sql) {
      const prepared = prepare.call(this, sql);
      texts.set(prepared, sql);
      return prepared;
    };
    connections.exec = notingText(exec);
    aside.exec = notingText(execAside);
    Object.assign(statements, { all: noting(all), run: noting(run) });
  }

  /** The texts of what was asked since it was last looked at, in that order. */
  take(): readonly string[] {
    const asked = this.#asked;
    this.#asked = [];
    return asked;
  }

  /** Leaves libsql as it was. */
  end(): void {
    this.#end();
  }
}

/** What a statement does, and to which table. */
export function gistOf(sql: string): string {
  const table = /\b(?:from|into|update) "(\w+)"/i.exec(sql)?.[1];
  return table === undefined ? sql : `${sql.split(' ', 1)[0]} ${table}`;
}
