import type { DocumentInput } from '../../document.ts';
import { decodeText } from '../decode.ts';
import { type FrontMatter, readFrontMatter } from '../front-matter.ts';
import { flatten, titleHeading } from '../markdown/flatten.ts';
import { createParser } from '../markdown/parser.ts';
import type { MarkdownIt } from '../markdown/types.ts';
import { cleanText } from '../plain-text.ts';
import type { ReadResult, SourceFile } from '../reader.ts';
import { fileTitle } from '../titles.ts';

/** Created for the first note, so that importing does no work. */
let parser: MarkdownIt | null = null;

/**
 * Markdown: CommonMark, tables, and the additions of note-taking programs (see `createParser`).
 *
 * Title: front matter, else the first heading if it is a title (see `titleHeading`), else the file name, which is
 * otherwise an alias. `source` is the text below the front matter; for an Excalidraw drawing, only its texts. Tags
 * are those of the front matter and the #tags in the text.
 *
 * @throws {ReadError} binary content, invalid UTF-8
 */
export function readMarkdown(file: SourceFile): ReadResult {
  const front = readFrontMatter(decodeText(file.bytes));
  return readNote(file, front.isDrawing ? drawingText(front.body) : front.body, front);
}

/** A note with the given text and metadata. */
export function readNote(file: SourceFile, text: string, front: Omit<FrontMatter, 'body'>): ReadResult {
  const source = text.trim();
  parser ??= createParser();
  const tokens = parser.parse(source, {});
  const name = fileTitle(file);
  const title = front.title || titleHeading(tokens) || name;
  const flat = flatten(tokens, title);
  const content = flat.content || (isLost(source) ? cleanText(source) : '');
  const tags = [...new Set([...front.tags, ...flat.tags])];
  // Links and people also refer to a note by its file name.
  const aliases = name === title ? front.aliases : [...new Set([...front.aliases, name])];
  const document: DocumentInput = {
    uri: file.relative,
    title,
    content,
    format: 'markdown',
    ...(source === content ? {} : { source }),
    ...(tags.length > 0 ? { tags } : {}),
    ...(aliases.length > 0 ? { aliases } : {}),
    ...(front.properties.length > 0 ? { properties: front.properties } : {}),
    ...(front.date === null ? {} : { date: front.date }),
    ...(flat.links.length > 0 ? { links: flat.links } : {}),
  };
  return { documents: [document], warnings: front.warning === null ? [] : [front.warning] };
}

/** Whether text nests deeper than the parser goes, which leaves no content: its markup is better than nothing. */
function isLost(source: string): boolean {
  return /(?:>[ \t]*|[*+-][ \t]+){50}/.test(source);
}

/** Where the data of a drawing begins, the headings above its texts, and what ends them. */
const DATA = /^#{1,2} (?:Excalidraw Data|Text Elements|Drawing)[ \t]*$/m;
const TEXTS = /^#{1,2} (?:Excalidraw Data|Text Elements)[ \t]*$/gm;
const END = /^(?:%%|#{1,2} (?:Element Links|Embedded Files|Drawing))[ \t]*$/m;

/**
 * The text of an Excalidraw drawing that is kept as Markdown: what the author wrote around it, and the texts in it
 * without their block ids. The hint on how to view it and the drawing's data are left out.
 */
function drawingText(body: string): string {
  const data = DATA.exec(body)?.index ?? body.length;
  const around = body
    .slice(0, data)
    .replace(/^==⚠.*EXCALIDRAW VIEW.*$/gm, '')
    .replace(/%%\s*$/, '');
  const [texts = ''] = body.slice(data).replace(TEXTS, '').split(END, 1);
  return `${around}\n\n${texts.replace(/ ?\^[\w-]{8}[ \t]*$/gm, '')}`;
}
