import { extname } from 'node:path';
import type { DocumentFormat } from '../document.ts';
import { ReadError, type Reader, type ReadResult, type SourceFile } from './reader.ts';
import { readCanvas } from './readers/canvas.ts';
import { readCsv } from './readers/csv.ts';
import { readHtml } from './readers/html.ts';
import { readJson, readJsonLines } from './readers/json.ts';
import { readMarkdown } from './readers/markdown.ts';
import { readPdf } from './readers/pdf.ts';
import { readPlainText } from './readers/text.ts';

/** The largest file that is read, in bytes, by what kind of file it is. */
export const SIZE_LIMITS = {
  text: 10_000_000,
  pdf: 50_000_000,
  json: 50_000_000,
  /** One record a line: a corpus rather than a document. */
  rows: 200_000_000,
} as const satisfies Record<string, number>;

export interface FileFormat {
  readonly format: DocumentFormat;
  readonly limit: keyof typeof SIZE_LIMITS;
  readonly read: Reader;
}

const MARKDOWN: FileFormat = { format: 'markdown', limit: 'text', read: readMarkdown };
const TEXT: FileFormat = { format: 'text', limit: 'text', read: readPlainText };
const HTML: FileFormat = { format: 'html', limit: 'text', read: readHtml };
const JSON_LINES: FileFormat = { format: 'json', limit: 'rows', read: readJsonLines };
const CSV: FileFormat = { format: 'csv', limit: 'rows', read: readCsv };

/** Every extension that is a document, in lower case. Logs are not: they drown the notes. */
export const READERS: ReadonlyMap<string, FileFormat> = new Map([
  ['.md', MARKDOWN],
  ['.markdown', MARKDOWN],
  ['.mdown', MARKDOWN],
  ['.mkd', MARKDOWN],
  ['.canvas', { format: 'markdown', limit: 'text', read: readCanvas }],
  ['.txt', TEXT],
  ['.text', TEXT],
  ['.org', TEXT],
  ['.rst', TEXT],
  ['.adoc', TEXT],
  ['.html', HTML],
  ['.htm', HTML],
  ['.xhtml', HTML],
  ['.json', { format: 'json', limit: 'json', read: readJson }],
  ['.jsonl', JSON_LINES],
  ['.ndjson', JSON_LINES],
  ['.csv', CSV],
  ['.tsv', CSV],
  ['.pdf', { format: 'pdf', limit: 'pdf', read: readPdf }],
]);

/** Pictures, sound and film: notes show them, and nobody expects to find their text. */
const SHOWN_ONLY = new Set(
  (
    '.png .jpg .jpeg .jfif .gif .svg .webp .bmp .avif .ico .tif .tiff .heic .heif ' +
    '.mp3 .wav .m4a .ogg .oga .opus .3gp .flac .aac .mp4 .m4v .webm .ogv .mov .mkv .avi'
  ).split(' '),
);

/** The extension of a file without a reader, '' for none; null for what notes only show. */
export function otherKind(path: string): string | null {
  const extension = extname(path).toLowerCase();
  if (SHOWN_ONLY.has(extension)) return null;
  return /^\.[\p{L}\p{N}_-]{1,12}$/u.test(extension) ? extension : '';
}

/** The format of a file by its name, or null when it is no document. */
export function formatOf(path: string): FileFormat | null {
  return READERS.get(extname(path).toLowerCase()) ?? null;
}

/**
 * The documents in one file, by its extension. `uri` is the relative path, with #id or #row
 * for files of many documents; contents are plain text.
 *
 * @returns warnings about what was left out or guessed, and the documents. Markdown and text always are one, if
 *   only with a title: notes are made before they are written. In other formats there may be none.
 * @throws {ReadError} when the file cannot be read; its reason is fit for a report
 */
export async function readDocuments(file: SourceFile): Promise<ReadResult> {
  const format = formatOf(file.relative);
  if (!format) {
    throw new ReadError(`no reader for ${extname(file.relative) || 'files without an extension'}`);
  }
  return await format.read({ ...file, relative: file.relative.normalize('NFC') });
}
