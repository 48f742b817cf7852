import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { SearchError } from '../errors.ts';

/** The byte order mark of UTF-8. */
const MARK = Buffer.from('\ufeff');

/**
 * The lines of a UTF-8 file, one by one, without line ends (LF or CRLF) and byte order mark. A corpus may be longer
 * than a string can be (512 MB), so only its lines become strings; Node reads files of up to 2 GiB.
 *
 * @throws {SearchError} NOT_FOUND, with a hint at what is there instead
 */
export function* linesOf(path: string): Generator<string> {
  if (!isFile(path)) throw missing(path);
  const bytes = readFileSync(path);
  const isMarked = bytes.subarray(0, MARK.length).equals(MARK);
  for (let from = isMarked ? MARK.length : 0; from < bytes.length; ) {
    const end = bytes.indexOf('\n', from);
    const to = end < 0 ? bytes.length : end;
    yield bytes.toString('utf8', from, to).replace(/\r$/, '');
    from = to + 1;
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
