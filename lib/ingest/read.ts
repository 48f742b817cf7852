import { extname } from 'node:path';
import { ReadError, type Reader, type ReadResult, type SourceFile } from './reader.ts';
import { readCanvas } from './readers/canvas.ts';
import { readCsv } from './readers/csv.ts';
import { readHtml } from './readers/html.ts';
import { readJson, readJsonLines } from './readers/json.ts';
import { readMarkdown } from './readers/markdown.ts';
import { readPdf } from './readers/pdf.ts';
import { readPlainText } from './readers/text.ts';

/** The largest file that is read, in bytes, by kind of file. */
export const SIZE_LIMITS = {
  text: 10_000_000,
  pdf: 50_000_000,
  json: 50_000_000,
  /** One record per line: a corpus rather than a document. */
  rows: 200_000_000,
} as const satisfies Record<string, number>;

interface FileFormat {
  readonly limit: keyof typeof SIZE_LIMITS;
  readonly read: Reader;
}

/** All file extensions that are documents, in lower case. */
const FORMATS: readonly (readonly [extensions: string, FileFormat])[] = [
  ['.md .markdown .mdown .mkd', { limit: 'text', read: readMarkdown }],
  ['.canvas', { limit: 'text', read: readCanvas }],
  ['.txt .text .org .rst .adoc .log', { limit: 'text', read: readPlainText }],
  ['.html .htm .xhtml', { limit: 'text', read: readHtml }],
  ['.json', { limit: 'json', read: readJson }],
  ['.jsonl .ndjson', { limit: 'rows', read: readJsonLines }],
  ['.csv .tsv', { limit: 'rows', read: readCsv }],
  ['.pdf', { limit: 'pdf', read: readPdf }],
];

/** The format of each extension, which is in lower case and starts with a dot. */
export const READERS: ReadonlyMap<string, FileFormat> = new Map(
  FORMATS.flatMap(([extensions, format]) => extensions.split(' ').map((one) => [one, format] as const)),
);

/** Media files: notes embed them, and nobody expects their text to be found. */
const SHOWN_ONLY = new Set(
  (
    '.png .jpg .jpeg .jfif .gif .svg .webp .bmp .avif .ico .tif .tiff .heic .heif ' +
    '.mp3 .wav .m4a .ogg .oga .opus .3gp .flac .aac .mp4 .m4v .webm .ogv .mov .mkv .avi'
  ).split(' '),
);

/** The extension of a file without a reader, '' for none; null for media files. */
export function otherKind(path: string): string | null {
  const extension = extname(path).toLowerCase();
  if (SHOWN_ONLY.has(extension)) return null;
  return /^\.[\p{L}\p{N}_-]{1,12}$/u.test(extension) ? extension : '';
}

/** The format of a file by its name; null if it is not a document. */
export function formatOf(path: string): FileFormat | null {
  return READERS.get(extname(path).toLowerCase()) ?? null;
}

/**
 * The documents in one file, read by its extension. `uri` is the relative path, with #id or #row in files that hold
 * many documents. Contents are plain text.
 *
 * @returns the documents, and warnings about what was left out or guessed. Markdown and text files are always one
 *   document, even an empty one, because notes are created before they are written. Files of other formats may hold
 *   none.
 * @throws {ReadError} when the file cannot be read; its reason is fit for a report
 */
export async function readDocuments(file: SourceFile): Promise<ReadResult> {
  const format = formatOf(file.relative);
  if (!format) {
    throw new ReadError(`no reader for ${extname(file.relative) || 'files without an extension'}`);
  }
  return await format.read({ ...file, relative: file.relative.normalize('NFC') });
}
