import { extname } from 'node:path';
import { ReadError, type ReadResult, type SourceFile } from './reader.ts';
import { formatOf } from './readers.ts';

export { ReadError, type ReadResult, type SourceFile };

/**
 * The documents in one file, by its extension. `uri` is the relative path, with #id or #row
 * for files of many documents; contents are plain text.
 *
 * @returns at least one document, and warnings about what was left out or guessed
 * @throws {ReadError} when the file holds no readable document; its reason is fit for a report
 */
export async function readDocuments(file: SourceFile): Promise<ReadResult> {
  const format = formatOf(file.relative);
  if (!format) {
    throw new ReadError(`no reader for ${extname(file.relative) || 'files without an extension'}`);
  }
  return await format.read({ ...file, relative: file.relative.normalize('NFC') });
}
