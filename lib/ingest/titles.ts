import { basename } from 'node:path/posix';
import { cleanLine } from './plain-text.ts';
import type { SourceFile } from './reader.ts';

/** Most UTF-16 units of a title. A title is a key, not a text, so a heading of a thousand words is cut. */
const LONGEST_TITLE = 200;

/** One clean line of at most LONGEST_TITLE units, cut at a space, with … ; '' when nothing is left. */
export function clipTitle(text: string): string {
  // Cut before cleaning: normalising a title of megabytes takes time.
  const line = cleanLine(text.slice(0, 20 * LONGEST_TITLE));
  if (line.length <= LONGEST_TITLE) return line;
  const cut = line.lastIndexOf(' ', LONGEST_TITLE);
  const head = line.slice(0, cut > LONGEST_TITLE / 2 ? cut : LONGEST_TITLE);
  return `${head.replace(/\p{Surrogate}$/u, '').trimEnd()}…`;
}

/** The delimiters of template placeholders. */
const BLANKS = [
  ['{{', '}}'],
  ['<%', '%>'],
] as const;

/**
 * Whether a text contains, on one line, a placeholder that a note program fills in: `{{date}}`, `<% tp.file.title
 * %>`.
 */
export function isTemplate(text: string): boolean {
  // Not a regular expression: /\{\{.*\}\}/ takes quadratic time if none is closed, 3 s for 60,000 braces.
  return text.split('\n').some((line) =>
    BLANKS.some(([open, close]) => {
      const at = line.indexOf(open);
      return at >= 0 && line.lastIndexOf(close) >= at + open.length;
    }),
  );
}

/**
 * The title given by the name of a file: without extension, underscores as spaces, and hyphens between letters as
 * spaces too if the name has no space. README and index say nothing themselves, and take the name of their folder.
 */
export function fileTitle(file: Pick<SourceFile, 'path' | 'relative'>): string {
  const name = nameTitle(basename(file.relative).replace(/\.[^.]{1,10}$/, ''));
  if (!/^(?:readme|_?index)$/i.test(name)) return name;
  const parts = file.path.normalize('NFC').split(/[\\/]/);
  return nameTitle(parts.at(-2) ?? '') || name;
}

function nameTitle(name: string): string {
  const spaced = /^_/.test(name) ? name : name.replaceAll('_', ' ');
  const words = /\s/.test(name) ? spaced : spaced.replace(/(?<=\p{L})-(?=\p{L})/gu, ' ');
  return clipTitle(words);
}
