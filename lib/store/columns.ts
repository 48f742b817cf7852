import type { Store } from './store.ts';

// Many rows as one value: a Buffer per row takes ten times as long to create as the row to read.

/**
 * SQL that concatenates the blobs of all rows, in order, without NULLs. SQLite only concatenates texts, but does so
 * by length in bytes, so zeros and invalid UTF-8 survive; a test checks that.
 */
export function joined(column: string): string {
  return `CAST(group_concat(${column}, '') AS BLOB)`;
}

/** SQL for a blob, or as many zeros if it is missing or has another length. */
export function orZeros(column: string, length: string): string {
  return `CASE WHEN length(${column}) = ${length} THEN ${column} ELSE zeroblob(${length}) END`;
}

/** Columns of numbers or texts, one list each. @param rows the SQL after FROM */
export function lists(store: Store, columns: readonly string[], rows: string): unknown[][] {
  const named = columns.map((column, i) => `${column} AS c${i}`).join(', ');
  const grouped = columns.map((_, i) => `json_group_array(c${i})`).join(', ');
  const row = store.sql(`SELECT ${grouped} FROM (SELECT ${named} FROM ${rows})`).raw().get() as string[];
  return row.map((list) => JSON.parse(list) as unknown[]);
}
