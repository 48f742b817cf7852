import { type Collection, readCollection } from '../../lib/evaluate/beir.ts';
import { LIMITS } from '../../lib/options.ts';
import { CommandError, type Io } from './cli.ts';
import { readNotes } from './notes.ts';

/** Collections to measure with; what does not fit together in one is said on stderr. @throws {CommandError} where nobody asks */
export async function readCollections(folders: readonly string[], io: Io): Promise<Collection[]> {
  const collections: Collection[] = [];
  for (const folder of folders) {
    const read = await readCollection(folder, readNotes);
    const collection = { ...read, warnings: [...read.warnings, ...tooLong(read)] };
    for (const warning of collection.warnings) io.stderr.write(`${collection.name}: ${warning}\n`);
    if (collection.queries.length === 0) {
      throw new CommandError(`${folder} has no query with a relevant document; there is nothing to measure.`);
    }
    collections.push(collection);
  }
  return collections;
}

/** The engine refuses longer queries than anyone types; it is asked with the beginning, other engines with all. */
function tooLong({ queries }: Collection): string[] {
  const count = queries.filter(({ text }) => text.length > LIMITS.queryLength).length;
  const most = LIMITS.queryLength.toLocaleString('en');
  return count === 0 ? [] : [`of ${count} queries attention is asked the first ${most} characters only`];
}
