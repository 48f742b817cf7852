import type { DocumentInput } from '../../document.ts';
import { decodeText } from '../decode.ts';
import { type FrontMatter, readFrontMatter } from '../front-matter.ts';
import { drawingText } from '../markdown/drawing.ts';
import { flatten, titleHeading } from '../markdown/flatten.ts';
import { createParser } from '../markdown/parser.ts';
import type { MarkdownIt } from '../markdown/types.ts';
import { cleanText } from '../plain-text.ts';
import type { ReadResult, SourceFile } from '../reader.ts';
import { fileTitle } from '../titles.ts';

/** Made at the first note: nothing happens at import. */
let parser: MarkdownIt | null = null;

/**
 * Markdown: CommonMark, tables, and the additions of note-taking programs (see createParser).
 *
 * Title: front matter, else a first heading that is one (see titleHeading), else the file name,
 * which is an alias otherwise. `source` is the text below the front matter, of a
 * drawing of Excalidraw its texts alone. Tags are those of the front matter and
 * the #tags in the text.
 *
 * @throws {ReadError} binary content, invalid UTF-8
 */
export function readMarkdown(file: SourceFile): ReadResult {
  const front = readFrontMatter(decodeText(file.bytes));
  return readNote(file, front.isDrawing ? drawingText(front.body) : front.body, front);
}

/** A note of this text, with what is said of it. */
export function readNote(file: SourceFile, text: string, front: Omit<FrontMatter, 'body'>): ReadResult {
  const source = text.trim();
  parser ??= createParser();
  const tokens = parser.parse(source, {});
  const name = fileTitle(file);
  const title = front.title || titleHeading(tokens) || name;
  const flat = flatten(tokens, title);
  const content = flat.content || (isLost(source) ? cleanText(source) : '');
  const tags = [...new Set([...front.tags, ...flat.tags])];
  // A note is called by its file, too: links and people name it so.
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

/** Nothing came out of a text that nests deeper than the parser goes: better its markup than nothing. */
function isLost(source: string): boolean {
  return /(?:>[ \t]*|[*+-][ \t]+){50}/.test(source);
}
