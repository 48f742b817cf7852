import type { Store } from './store.ts';

// Many rows as one: a hundred thousand blobs would be as many buffers, which take ten times as
// long to make as the rows to read.

/**
 * In SQL: the blobs of all rows as one, in their order, NULLs left out. SQLite joins texts only,
 * but counts bytes, so zeros and what is no text come through; a test says so.
 */
export function joined(column: string): string {
  return `CAST(group_concat(${column}, '') AS BLOB)`;
}

/** In SQL: a blob, or zeros where there is none of that length. */
export function orZeros(column: string, length: string): string {
  return `CASE WHEN length(${column}) = ${length} THEN ${column} ELSE zeroblob(${length}) END`;
}

/** Columns of numbers or texts, as a list each. @param rows in SQL, what stands after FROM */
export function lists(store: Store, columns: readonly string[], rows: string): unknown[][] {
  const named = columns.map((column, i) => `${column} AS c${i}`).join(', ');
  const grouped = columns.map((_, i) => `json_group_array(c${i})`).join(', ');
  const row = store.sql(`SELECT ${grouped} FROM (SELECT ${named} FROM ${rows})`).raw().get() as string[];
  return row.map((list) => JSON.parse(list) as unknown[]);
}
