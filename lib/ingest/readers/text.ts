import { decodeText } from '../decode.ts';
import { cleanText } from '../plain-text.ts';
import type { ReadResult, SourceFile } from '../reader.ts';
import { clipTitle, fileTitle } from '../titles.ts';

const LONGEST_TITLE_LINE = 80;
/** Org and AsciiDoc mark their titles; other formats underline them or leave a blank line. */
const MARKED = /^(?:#\+title:|\*|=)\s+(?=\S)/i;
const RULE = /^([=\-~*#^+"])\1{2,}$/;

/**
 * Plain text; also Org, reStructuredText and AsciiDoc, read as plain text. The title is the first line if it is
 * short, does not end like a sentence, and is marked, underlined or followed by a blank line; else the file name. A
 * title line is not repeated in the content.
 *
 * @throws {ReadError} binary content, invalid UTF-8
 */
export function readPlainText(file: SourceFile): ReadResult {
  const text = cleanText(decodeText(file.bytes));
  const { title, content } = splitTitle(text) ?? { title: fileTitle(file), content: text };
  return { documents: [{ uri: file.relative, title, content, format: 'text' }], warnings: [] };
}

function splitTitle(text: string): { title: string; content: string } | null {
  const lines = text.split('\n');
  const at = RULE.test(lines[0] ?? '') ? 1 : 0; // reStructuredText may overline
  const line = lines[at] ?? '';
  const marked = MARKED.test(line);
  const underlined = RULE.test(lines[at + 1] ?? '');
  const title = clipTitle(line.replace(MARKED, ''));
  const short = title !== '' && title.length <= LONGEST_TITLE_LINE && /\p{L}/u.test(title);
  const likely = marked || underlined || (lines[at + 1] === '' && !/[.,;:…。、]$/.test(title));
  const content = cleanText(lines.slice(at + (underlined ? 2 : 1)).join('\n'));
  return short && likely && content !== '' ? { title, content } : null;
}
