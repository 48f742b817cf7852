import { resolve } from 'node:path';
import { packageFile } from '../../lib/root.ts';

/** The index file of a command: --db, else QKV_DB, else data/index.db of this package. */
export function databasePath(option: string | undefined): string {
  return resolve(option ?? process.env.QKV_DB ?? packageFile('data/index.db'));
}
