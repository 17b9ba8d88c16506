import { createRandom } from '../random.ts';
import type { Store } from '../store.ts';
import { createIndexes, createTables } from '../tables.ts';
import { type SeedOptions, seedCustomers } from './customers.ts';
import { insertSettings } from './privacy.ts';
import { attributeDefinitions, formFields } from './sample-data.ts';
import { startSeconds } from './timeline.ts';

/** Deletes all records and seeds the store. The same options give the same bytes. */
export function seedStore(store: Store, options: SeedOptions): void {
  for (const { name } of store.all<{ name: string }>("SELECT name FROM sqlite_schema WHERE type = 'table'")) {
    if (!name.startsWith('sqlite_')) store.execute(`DROP TABLE ${name}`);
  }
  store.execute(createTables);
  store.begin();
  seedDefinitions(store, options.seed);
  insertSettings(store);
  seedCustomers(store, options);
  store.commit();
  store.execute(createIndexes);
  store.run('INSERT INTO seeded VALUES (?, ?)', options.seed, options.customers);
  store.execute('ANALYZE');
}

/** Whether seeding has completed. The row in `seeded` is written last. */
export function isSeeded(store: Store): boolean {
  return (
    store.first("SELECT 1 FROM sqlite_schema WHERE name = 'seeded'") !== null &&
    store.first('SELECT 1 FROM seeded') !== null
  );
}

function seedDefinitions(store: Store, seed: number): void {
  const random = createRandom(seed, 0);
  for (const [name, type] of attributeDefinitions) {
    const created = startSeconds + random.integer(0, 400) * 3600;
    store.insert('attributes', { name, type, date_created: created, date_modified: created });
  }
  for (const [owner, name, type] of formFields) {
    store.insert('form_fields', { owner, name, type });
  }
}
