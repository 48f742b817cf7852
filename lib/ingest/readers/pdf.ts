import { isoDate } from '../dates.ts';
import { cleanText } from '../plain-text.ts';
import { ReadError, type ReadResult, type SourceFile } from '../reader.ts';
import { clipTitle, fileTitle } from '../titles.ts';

/** For one file. A page at a time: a single page cannot be interrupted. */
const TIME_LIMIT_MS = 30_000;
const LONGEST_TITLE_LINE = 120;
/** More space than this between two lines, in heights of the font, starts a paragraph. */
const PARAGRAPH_GAP = 1.8;

interface PdfText {
  readonly pages: readonly string[];
  readonly title: string;
  readonly date: string | null;
}

/**
 * The text layer of a PDF, pages apart, words broken at line ends joined. Title: the metadata,
 * unless it is the name of a file or a program, else the first line, else the file name.
 *
 * @param timeLimitMs  gives up between two pages after this long
 * @throws {ReadError} no PDF, broken, encrypted, without a text layer, over the time limit
 */
export async function readPdf(file: SourceFile, timeLimitMs = TIME_LIMIT_MS): Promise<ReadResult> {
  if (file.bytes.length === 0) throw new ReadError('the file is empty');
  const head = new TextDecoder('latin1').decode(file.bytes.subarray(0, 1024));
  if (!head.includes('%PDF-')) throw new ReadError('not a PDF: there is no %PDF- at its start');
  let pdf: PdfText;
  try {
    pdf = await extract(file.bytes, performance.now() + timeLimitMs);
  } catch (error) {
    throw error instanceof ReadError ? error : new ReadError(pdfReason(error), { cause: error });
  }
  const content = joinHyphens(cleanText(pdf.pages.join('\n\n')));
  if (content === '') throw new ReadError('no text layer; its pages are pictures');
  const title = sensibleTitle(pdf.title) || firstLine(content) || fileTitle(file);
  const date = pdf.date === null ? {} : { date: pdf.date };
  return { documents: [{ uri: file.relative, title, content, format: 'pdf', ...date }], warnings: [] };
}

async function extract(bytes: Uint8Array, deadline: number): Promise<PdfText> {
  // Loaded with the first PDF: 1.5 MB of code that other formats should not wait for.
  const { getDocumentProxy } = await import('unpdf');
  // pdf.js takes the buffer away from its owner, and refuses Node's Buffer: give it a copy.
  const pdf = await getDocumentProxy(new Uint8Array(bytes), { verbosity: 0 });
  try {
    const { info } = await pdf.getMetadata();
    const pages: string[] = [];
    for (let number = 1; number <= pdf.numPages; number++) {
      if (performance.now() >= deadline) {
        throw new ReadError(`reading it takes too long; gave up at page ${number} of ${pdf.numPages}`);
      }
      const page = await pdf.getPage(number);
      pages.push(pageText((await page.getTextContent()).items));
      page.cleanup();
    }
    return { pages, ...describe(info) };
  } finally {
    await pdf.destroy();
  }
}

interface TextItem {
  readonly str: string;
  readonly hasEOL: boolean;
  readonly height: number;
  /** [a, b, c, d, x, y] */
  readonly transform: readonly number[];
}

function pageText(items: readonly object[]): string {
  const parts: string[] = [];
  let lineY: number | null = null;
  for (const item of items) {
    if (!isTextItem(item)) continue;
    const y = item.transform[5] ?? 0;
    if (item.str.trim() !== '') {
      const gap = lineY === null ? 0 : lineY - y;
      if (gap > PARAGRAPH_GAP * item.height && parts.at(-1) === '\n') parts.push('\n');
      lineY = y;
    }
    parts.push(item.str);
    if (item.hasEOL && parts.at(-1) !== '\n') parts.push('\n');
  }
  return parts.filter((part) => part !== '').join('');
}

function isTextItem(item: object): item is TextItem {
  return 'str' in item && 'transform' in item;
}

function describe(info: object): { title: string; date: string | null } {
  const field = (name: string): string => {
    const value: unknown = Object.entries(info).find(([key]) => key === name)?.[1];
    return typeof value === 'string' ? value : '';
  };
  const [, year, month, day] = /^(?:D:)?(\d{4})(\d{2})(\d{2})/.exec(field('CreationDate')) ?? [];
  return { title: clipTitle(field('Title')), date: year ? isoDate(`${year}-${month}-${day}`) : null };
}

/** Programs write their own name, the name of the file or a placeholder there. */
function sensibleTitle(title: string): string {
  const name = /^(?:untitled|no title|title|document\d*|제목 없음|microsoft (?:word|powerpoint|excel)\b.*)$/i;
  const file = /\.(?:docx?|pptx?|xlsx?|tex|dvi|indd|pdf|hwpx?|odt|rtf|txt)$/i;
  return title.length >= 3 && /\p{L}/u.test(title) && !name.test(title) && !file.test(title) ? title : '';
}

function firstLine(content: string): string {
  const line = content.slice(0, 1000).split('\n', 1)[0] ?? '';
  return line.length <= LONGEST_TITLE_LINE && /\p{L}{2}/u.test(line) ? clipTitle(line) : '';
}

/** "informa-\ntion" is one word; a capital or a digit after the break keeps its hyphen. */
function joinHyphens(text: string): string {
  return text.replace(/(\p{Ll})[-\u2010]\n(?=\p{Ll})/gu, '$1');
}

function pdfReason(error: unknown): string {
  const name = error instanceof Error ? error.name : '';
  if (name === 'PasswordException') return 'an encrypted PDF; save a copy without a password';
  if (name === 'InvalidPDFException') return 'a malformed PDF: its structure cannot be read';
  return `a malformed PDF: ${error instanceof Error ? error.message : 'unknown error'}`;
}
