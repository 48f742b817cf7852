import { readFileSync } from 'node:fs';
import type { DocumentInput } from '../../lib/document.ts';
import { readDocuments } from '../../lib/ingest/read.ts';
import { ReadError, type ReadResult } from '../../lib/ingest/reader.ts';
import { type WalkedFile, walk } from '../../lib/ingest/walk.ts';
import { CommandError } from './cli.ts';

/**
 * Reads all documents below a folder as the indexing script does.
 *
 * @throws {CommandError} when a file cannot be read: an incomplete corpus would distort the measurement
 */
export async function readNotes(root: string): Promise<DocumentInput[]> {
  const documents: DocumentInput[] = [];
  for (const entry of walk(root)) {
    if ('skipped' in entry) continue;
    for (const document of (await read(entry)).documents) documents.push(document);
  }
  return documents;
}

async function read({ path, relative }: WalkedFile): Promise<ReadResult> {
  try {
    return await readDocuments({ path, relative, bytes: readFileSync(path) });
  } catch (cause) {
    if (cause instanceof ReadError) throw new CommandError(`${path}: ${cause.reason}.`, { cause });
    throw cause;
  }
}
