import { DatabaseSync, type SQLInputValue, type StatementSync } from 'node:sqlite';

export type SqlValue = SQLInputValue;

/** Values by column. */
export type Row = Readonly<Record<string, SqlValue>>;

/** The database of the records. */
export interface Store {
  /** All rows of a query. Tables are STRICT, so the types of a row are those of its table. */
  all<R>(sql: string, ...params: readonly SqlValue[]): R[];
  first<R>(sql: string, ...params: readonly SqlValue[]): R | null;
  /** Runs a write. Returns the id of the last inserted row. */
  run(sql: string, ...params: readonly SqlValue[]): number;
  /** Inserts a row and returns its id. */
  insert(table: string, row: Row): number;
  /** Updates the given columns of the row with this id. */
  update(table: string, id: number, row: Row): void;
  /** Counts rows. Cached until the next write, because counting a large table is slow. */
  count(from: string, where: string, params: readonly SqlValue[]): number;
  execute(sql: string): void;
  begin(): void;
  commit(): void;
  rollback(): void;
  /** Runs the work atomically in a savepoint of the open transaction. */
  savepoint<T>(work: () => T): T;
  isOpen(): boolean;
  close(): void;
}

// Lists are one JSON parameter, so there are few distinct statements. The bound is for unusual combinations of filters.
const maxStatements = 500;

/** Opens the database in a file; in memory if `file` is null. */
export function openStore(file: string | null): Store {
  const database = new DatabaseSync(file ?? ':memory:');
  // Invented records need to survive the end of the process, but not a power failure.
  database.exec('PRAGMA synchronous = OFF; PRAGMA temp_store = MEMORY; PRAGMA cache_size = -65536');
  const statements = new Map<string, StatementSync>();
  const counts = new Map<string, number>();

  function statement(sql: string): StatementSync {
    const known = statements.get(sql);
    if (known) return known;
    if (statements.size >= maxStatements) statements.clear();
    const prepared = database.prepare(sql);
    statements.set(sql, prepared);
    return prepared;
  }

  function first<R>(sql: string, ...params: readonly SqlValue[]): R | null {
    // The cast is safe because the tables are STRICT.
    return (statement(sql).get(...params) as R | undefined) ?? null;
  }

  function run(sql: string, ...params: readonly SqlValue[]): number {
    counts.clear();
    return Number(statement(sql).run(...params).lastInsertRowid);
  }

  function execute(sql: string): void {
    counts.clear();
    database.exec(sql);
  }

  return Object.freeze({
    first,
    execute,
    all<R>(sql: string, ...params: readonly SqlValue[]): R[] {
      return statement(sql).all(...params) as R[];
    },
    run,
    insert(table: string, row: Row): number {
      const columns = Object.keys(row);
      const placeholders = columns.map(() => '?').join(', ');
      return run(
        `INSERT INTO ${table} (${columns.join(', ')}) VALUES (${placeholders})`,
        ...Object.values(row),
      );
    },
    update(table: string, id: number, row: Row): void {
      const assignments = Object.keys(row).map((column) => `${column} = ?`);
      run(`UPDATE ${table} SET ${assignments.join(', ')} WHERE id = ?`, ...Object.values(row), id);
    },
    count(from: string, where: string, params: readonly SqlValue[]): number {
      const key = JSON.stringify([from, where, params]);
      const known = counts.get(key);
      if (known !== undefined) return known;
      const total = first<{ n: number }>(`SELECT COUNT(*) AS n FROM ${from}${where}`, ...params)?.n ?? 0;
      if (counts.size >= maxStatements) counts.clear();
      counts.set(key, total);
      return total;
    },
    begin: () => execute('BEGIN'),
    commit: () => execute('COMMIT'),
    rollback: () => execute('ROLLBACK'),
    savepoint<T>(work: () => T): T {
      execute('SAVEPOINT item');
      try {
        const result = work();
        execute('RELEASE item');
        return result;
      } catch (reason) {
        execute('ROLLBACK TO item; RELEASE item');
        throw reason;
      }
    },
    isOpen: () => database.isOpen,
    close: () => database.close(),
  });
}
