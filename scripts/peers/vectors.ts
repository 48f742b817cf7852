import Database from 'better-sqlite3';

/**
 * One way to scan: `run` is timed; `nearest` returns the index of the nearest key it found, or null where
 * it cannot tell.
 */
export interface Scan {
  readonly name: string;
  readonly run: () => void;
  readonly nearest: () => number | null;
}

/** Imports a package that is not a dependency; null where it is not installed. */
async function optional(name: string): Promise<Record<string, unknown> | null> {
  try {
    return (await import(name)) as Record<string, unknown>;
  } catch {
    return null;
  }
}

/** USearch's exact search, by cosine, its only metric for int8. */
export async function usearchScan(keys: Int8Array, query: Int16Array, count: number): Promise<Scan[]> {
  const usearch = await optional('usearch');
  if (!usearch) return [];
  const { exactSearch, MetricKind } = usearch as {
    exactSearch: (...args: unknown[]) => { keys: BigUint64Array };
    MetricKind: { Cos: string };
  };
  const asked = Int8Array.from(query);
  const own = keys.slice();
  const run = () => void exactSearch(own, asked, query.length, count, MetricKind.Cos, 1);
  return [{ name: 'usearch, int8, the ten nearest', run, nearest: () => null }];
}

/** sqlite-vec's scan of an in-memory table, by L2 distance of int8. */
export async function sqliteScan(keys: Int8Array, query: Int16Array, count: number): Promise<Scan[]> {
  const vec = await optional('sqlite-vec');
  if (!vec) return [];
  const d = query.length;
  const database = new Database(':memory:');
  (vec as { load: (database: unknown) => void }).load(database);
  database.exec(`CREATE VIRTUAL TABLE keys USING vec0(key int8[${d}])`);
  const insert = database.prepare('INSERT INTO keys (rowid, key) VALUES (?, vec_int8(?))');
  database.transaction(() => {
    for (let i = 0; i < keys.length / d; i++)
      insert.run(BigInt(i + 1), Buffer.from(keys.slice(i * d, (i + 1) * d).buffer));
  })();
  const select = database.prepare(
    `SELECT rowid FROM keys WHERE key MATCH vec_int8(?) ORDER BY distance LIMIT ${count}`,
  );
  const asked = Buffer.from(Int8Array.from(query).buffer);
  const run = () => void select.all(asked);
  return [{ name: 'sqlite-vec, int8, the ten nearest', run, nearest: () => null }];
}
