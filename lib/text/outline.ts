import { lineBefore } from './sentences.ts';

/** A line with more is no heading. */
export const LONGEST_HEADING = 400;
const ATX = /^ {0,3}#{1,6}[ \t]+(\S.*)$/;
const UNDERLINE = /^ {0,3}(?:=+|-+)[ \t]*$/;
const FENCE = /^ {0,3}(`{3,}|~{3,})/;
/** What can be no heading that is underlined. */
const BLOCK = /^\s*(?:[-*+>|]|\d{1,9}[.)])\s/;

/** The headings of Markdown, `#` and underlined, of each its letters and digits as `lettersOf` has them. */
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

/** A line without its marks, its tags and the targets of its links: the same in Markdown and in the text that was made of it. */
export function lettersOf(line: string): string {
  return line
    .replace(/\[([^\][]*)\]\([^()]*\)/g, '$1')
    .replace(/<[^<>]*>/g, '')
    .replace(/[^\p{L}\p{N}]/gu, '')
    .toLowerCase();
}

/** The line in which a place is; of one that is too long for a heading, what is near the place. */
export function lineAt(text: string, at: number): string {
  const [after = ''] = text.slice(at, at + LONGEST_HEADING).split('\n', 1);
  return lineBefore(text, at, LONGEST_HEADING) + after;
}

/** The spaces before the marker of the list item in whose line a place is; null where it is in none. */
export function indentAt(text: string, at: number): number | null {
  const [, spaces] = /^( *)(?:[-*+•]|\d{1,3}[.)]) /.exec(lineAt(text, at)) ?? [];
  return spaces?.length ?? null;
}
