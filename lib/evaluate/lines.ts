import { closeSync, existsSync, openSync, readdirSync, readSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { SearchError } from '../errors.ts';

/** Read at once. */
const CHUNK = 1 << 20;

/**
 * The lines of a UTF-8 file one by one, without their ends (LF or CRLF) and without a byte order
 * mark. A corpus may have more text than one string can hold (512 MB), so it is never read whole.
 *
 * @throws {SearchError} NOT_FOUND, with what lies in its stead
 */
export function* linesOf(path: string): Generator<string> {
  if (!isFile(path)) throw missing(path);
  const decoder = new TextDecoder();
  const bytes = Buffer.allocUnsafe(CHUNK);
  const file = openSync(path, 'r');
  try {
    let parts: string[] = [];
    for (let read = CHUNK; read > 0; ) {
      read = readSync(file, bytes, 0, CHUNK, null);
      const lines = decoder.decode(bytes.subarray(0, read), { stream: read > 0 }).split('\n');
      parts.push(lines[0] ?? '');
      for (const next of lines.slice(1)) {
        yield withoutReturn(parts.join(''));
        parts = [next];
      }
    }
    if (parts.some((part) => part !== '')) yield withoutReturn(parts.join(''));
  } finally {
    closeSync(file);
  }
}

export function isFile(path: string): boolean {
  return existsSync(path) && statSync(path).isFile();
}

/**
 * An error for a file that is not there, which says what is there.
 *
 * @param or what would do as well
 */
export function missing(path: string, or = ''): SearchError {
  const name = basename(path);
  const folder = dirname(path);
  const beside = existsSync(folder) ? readdirSync(folder) : [];
  const packed = beside.find((other) => /\.(gz|bz2|zst|zip|parquet)$/.test(other) && other.startsWith(name));
  // A folder that was packed into an archive of its own name lies one deeper.
  const deeper = beside.find((other) => existsSync(join(folder, other, name)));
  const hint =
    packed !== undefined
      ? `There is ${packed}: unpack it.`
      : deeper !== undefined
        ? `There is one in ${join(folder, deeper)}: name that folder.`
        : `In its folder there is ${beside.slice(0, 5).join(', ') || 'nothing'}.`;
  return new SearchError('NOT_FOUND', `Expected the file ${path}${or}; it is missing. ${hint}`);
}

function withoutReturn(line: string): string {
  return line.endsWith('\r') ? line.slice(0, -1) : line;
}
