import { type Collection, readCollection } from '../../lib/evaluate/beir.ts';
import { terminalLine } from '../../lib/ingest/plain-text.ts';
import { LIMITS } from '../../lib/query/options.ts';
import { CommandError, type Io } from './cli.ts';
import { readNotes } from './notes.ts';

/**
 * Reads collections and prints their inconsistencies to stderr.
 *
 * @throws {CommandError} when a collection has no query with a relevant document
 */
export async function readCollections(folders: readonly string[], io: Io): Promise<Collection[]> {
  const collections: Collection[] = [];
  for (const folder of folders) {
    const read = await readCollection(folder, readNotes);
    const collection = { ...read, warnings: [...read.warnings, ...tooLong(read)] };
    for (const warning of collection.warnings)
      io.stderr.write(`${terminalLine(`${collection.name}: ${warning}`)}\n`);
    if (collection.queries.length === 0) {
      throw new CommandError(`${folder} has no query with a relevant document; there is nothing to measure.`);
    }
    collections.push(collection);
  }
  return collections;
}

/**
 * Warns of queries that exceed the engine's limit. `attention` gets their beginning, other engines the
 * whole.
 */
function tooLong({ queries }: Collection): string[] {
  const count = queries.filter(({ text }) => text.length > LIMITS.queryLength).length;
  const most = LIMITS.queryLength.toLocaleString('en');
  return count === 0 ? [] : [`of ${count} queries attention is asked the first ${most} characters only`];
}
