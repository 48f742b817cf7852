import { resolve } from 'node:path';
import { defaultIndex } from '../../lib/root.ts';
import { UsageError } from './cli.ts';

/**
 * The index file of a command: --db, else QKV_DB, else data/index.db of this package.
 *
 * @throws {UsageError} for an empty --db
 */
export function databasePath(option: string | undefined): string {
  if (option === '') throw new UsageError('Expected --db to name a file.');
  return resolve(option ?? (process.env.QKV_DB || defaultIndex()));
}
