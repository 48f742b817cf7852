import { decodeText } from '../decode.ts';
import { NO_FRONT_MATTER } from '../front-matter.ts';
import { cleanLine } from '../plain-text.ts';
import { ReadError, type ReadResult, type SourceFile } from '../reader.ts';
import { fileTitle } from '../titles.ts';
import { isObject, parseJson } from './json.ts';
import { readNote } from './markdown.ts';

/**
 * An Obsidian canvas (jsoncanvas.org) as a note, from top to bottom and left to right: its cards, group labels as
 * headings, files and web pages as links, and then the labels of its arrows. Its title is the file name.
 *
 * @throws {ReadError} malformed JSON, or JSON that is not an object
 */
export function readCanvas(file: SourceFile): ReadResult {
  const text = decodeText(file.bytes);
  const canvas = text.trim() === '' ? {} : parseJson(text);
  if (!isObject(canvas)) throw new ReadError('expected an object with nodes');
  const nodes = objectsIn(canvas.nodes).sort(
    (a, b) => numberOf(a.y) - numberOf(b.y) || numberOf(a.x) - numberOf(b.x),
  );
  const parts = [...nodes.map(markdownOf), ...objectsIn(canvas.edges).map(({ label }) => textOf(label))];
  const source = parts.filter((part) => part.trim() !== '').join('\n\n');
  return readNote(file, source, { ...NO_FRONT_MATTER, title: fileTitle(file) });
}

function markdownOf(node: Record<string, unknown>): string {
  const [text, label, file, url] = [node.text, node.label, node.file, node.url].map(textOf);
  if (node.type === 'text') return text ?? '';
  if (node.type === 'group' && label) return `## ${cleanLine(label)}`;
  if (node.type === 'file' && file) return `[[${file}${textOf(node.subpath)}]]`;
  return node.type === 'link' && /^https?:\/\/[^\s<>]+$/i.test(url ?? '') ? `<${url}>` : '';
}

function objectsIn(value: unknown): Record<string, unknown>[] {
  return Array.isArray(value) ? value.filter(isObject) : [];
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

function numberOf(value: unknown): number {
  return typeof value === 'number' ? value : 0;
}
