import { closeSync, existsSync, openSync, readdirSync, readSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { SearchError } from '../errors.ts';

/** Bytes read per call. */
const CHUNK = 1 << 20;

/**
 * The lines of a UTF-8 file, one by one, without line ends (LF or CRLF) and byte order mark. A corpus may be longer
 * than a string can be (512 MB), so it is never read as a whole.
 *
 * @throws {SearchError} NOT_FOUND, with a hint at what is there instead
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
 * A NOT_FOUND error for a missing file, with a hint at what is there instead.
 *
 * @param or text naming an alternative that would do as well
 */
export function missing(path: string, or = ''): SearchError {
  const name = basename(path);
  const folder = dirname(path);
  const beside = existsSync(folder) ? readdirSync(folder) : [];
  const packed = beside.find((other) => /\.(gz|bz2|zst|zip|parquet)$/.test(other) && other.startsWith(name));
  // An archive of a folder often unpacks to one folder deeper.
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
