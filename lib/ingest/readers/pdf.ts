import { isoDate } from '../dates.ts';
import { extractPdf } from '../pdf-contents.ts';
import type { PdfItem } from '../pdf-worker.ts';
import { cleanText } from '../plain-text.ts';
import { nothing, ReadError, type ReadResult, type SourceFile } from '../reader.ts';
import { clipTitle, fileTitle } from '../titles.ts';

/** Per file. */
const TIME_LIMIT_MS = 30_000;
/** Bytes in which a PDF must have its signature. */
const HEAD = 1024;
const LONGEST_TITLE_LINE = 120;
/** Space between two lines that starts a paragraph, in font heights. */
const PARAGRAPH_GAP = 1.8;

/**
 * The text layer of a PDF: pages separated, words hyphenated at line ends joined. Title: the metadata, unless it
 * names a file or a program; else the first line; else the file name.
 *
 * @param timeLimitMs  gives up after this many milliseconds
 * @throws {ReadError} not a PDF, damaged, encrypted, without a text layer, over the time limit
 */
export async function readPdf(file: SourceFile, timeLimitMs = TIME_LIMIT_MS): Promise<ReadResult> {
  const head = new TextDecoder('latin1').decode(file.bytes.subarray(0, HEAD));
  if (file.bytes.length <= HEAD && head.trim() === '') return nothing();
  if (!head.includes('%PDF-')) throw new ReadError('not a PDF: there is no %PDF- at its start');
  const pdf = await extractPdf(file.bytes, timeLimitMs);
  const content = joinHyphens(cleanText(pdf.pages.map(pageText).join('\n\n')));
  if (content === '') throw new ReadError('no text layer; its pages are pictures');
  const title = sensibleTitle(clipTitle(pdf.title)) || firstLine(content) || fileTitle(file);
  const day = creationDay(pdf.created);
  const date = day === null ? {} : { date: day };
  return { documents: [{ uri: file.relative, title, content, format: 'pdf', ...date }], warnings: [] };
}

function pageText(items: readonly PdfItem[]): string {
  const parts: string[] = [];
  let lineY: number | null = null;
  for (const { text, endsLine, height, y } of items) {
    if (text.trim() !== '') {
      const gap = lineY === null ? 0 : lineY - y;
      if (gap > PARAGRAPH_GAP * height && parts.at(-1) === '\n') parts.push('\n');
      lineY = y;
    }
    if (text !== '') parts.push(text);
    if (endsLine && parts.at(-1) !== '\n') parts.push('\n');
  }
  return parts.join('');
}

function creationDay(created: string): string | null {
  const [, year, month, day] = /^(?:D:)?(\d{4})(\d{2})(\d{2})/.exec(created) ?? [];
  return year ? isoDate(`${year}-${month}-${day}`) : null;
}

/** '' if the title is the name of a program or file, or a placeholder, as programs fill it in. */
function sensibleTitle(title: string): string {
  const name = /^(?:untitled|no title|title|document\d*|제목 없음|microsoft (?:word|powerpoint|excel)\b.*)$/i;
  const file = /\.(?:docx?|pptx?|xlsx?|tex|dvi|indd|pdf|hwpx?|odt|rtf|txt)$/i;
  return title.length >= 3 && /\p{L}/u.test(title) && !name.test(title) && !file.test(title) ? title : '';
}

function firstLine(content: string): string {
  const line = content.slice(0, 1000).split('\n', 1)[0] ?? '';
  return line.length <= LONGEST_TITLE_LINE && /\p{L}{2}/u.test(line) ? clipTitle(line) : '';
}

/** "informa-\ntion" is one word. A hyphen before a capital or a digit stays. */
function joinHyphens(text: string): string {
  return text.replace(/(\p{Ll})[-\u2010]\n(?=\p{Ll})/gu, '$1');
}
