import { lineBefore } from './sentences.ts';

/** A line with more characters than this is not taken for a heading. */
export const LONGEST_HEADING = 400;
const ATX = /^ {0,3}#{1,6}[ \t]+(\S.*)$/;
const UNDERLINE = /^ {0,3}(?:=+|-+)[ \t]*$/;
const FENCE = /^ {0,3}(`{3,}|~{3,})/;
/** Start of a block (list item, quote, table row), which an underline does not turn into a heading. */
const BLOCK = /^\s*(?:[-*+>|]|\d{1,9}[.)])\s/;

/** The headings of a Markdown text, both `#` and underlined ones, outside code fences; each as `lettersOf` gives it. */
export function headingsOf(markdown: string): ReadonlySet<string> {
  const found = new Set<string>();
  let fence = '';
  let before = '';
  for (const line of markdown.split('\n')) {
    const [, mark = ''] = FENCE.exec(line) ?? [];
    if (mark !== '' && (fence === '' || mark.startsWith(fence))) fence = fence === '' ? mark : '';
    else if (fence === '' && line.length <= LONGEST_HEADING) {
      const [, text = UNDERLINE.test(line) ? before : ''] = ATX.exec(line) ?? [];
      found.add(lettersOf(text));
      before = BLOCK.test(line) ? '' : line;
      continue;
    }
    before = '';
  }
  found.delete('');
  return found;
}

/**
 * The letters and digits of a line, in lower case, without tags and link targets. The result is the same for a line
 * of Markdown and for the plain text made from it, so that the two can be compared.
 */
export function lettersOf(line: string): string {
  return line
    .replace(/\[([^\][]*)\]\([^()]*\)/g, '$1')
    .replace(/<[^<>]*>/g, '')
    .replace(/[^\p{L}\p{N}]/gu, '')
    .toLowerCase();
}

/** The line that contains an offset; of a line longer than LONGEST_HEADING, the part near the offset. */
export function lineAt(text: string, at: number): string {
  const [after = ''] = text.slice(at, at + LONGEST_HEADING).split('\n', 1);
  return lineBefore(text, at, LONGEST_HEADING) + after;
}

/** Number of spaces before the list marker of the line that contains an offset; null when that line is no list item. */
export function indentAt(text: string, at: number): number | null {
  const [, spaces] = /^( *)(?:[-*+•]|\d{1,3}[.)]) /.exec(lineAt(text, at)) ?? [];
  return spaces?.length ?? null;
}
