import type { MatchedPassage } from '../../lib/response.ts';

export interface MarkedPart {
  readonly text: string;
  readonly match: boolean;
}

type Passage = Omit<MatchedPassage, 'end'>;

/** A passage as runs of plain and matched text. */
export function markedParts({ text, start, matches }: Passage): MarkedPart[] {
  const parts: MarkedPart[] = [];
  let at = 0;
  for (const [from, to] of matches) {
    if (from - start > at) parts.push({ text: text.slice(at, from - start), match: false });
    parts.push({ text: text.slice(from - start, to - start), match: true });
    at = to - start;
  }
  if (at < text.length) parts.push({ text: text.slice(at), match: false });
  return parts;
}

/** Letters of a line from which on the break after it may be that of a page, not of a list, a verse or code. */
const FULL_LINE = 60;
/** More lines than this are cut: a list of single words would fill the page. */
const MOST_LINES = 14;

/**
 * A passage as it is shown, letter for letter as long as it was: a break for each line of a list, of a table and of
 * code, and for each paragraph, but no empty lines, and none where only the width of a page has broken a sentence.
 */
export function laidOut(text: string): string {
  return text
    .replace(/^([^\n]*)\n(?=[\p{L}\p{N}("'“‘[])(?!\p{N}+[.)])/gmu, (whole, line: string) =>
      line.length >= FULL_LINE && !/[.!?:|…。]\s*$/.test(line) ? `${line} ` : whole,
    )
    .replace(/\n[^\S\n]*(?=\n)/g, (empty) => ' '.repeat(empty.length));
}

/** The first lines of a passage; from its first match on where they have none. */
export function cutToLines({ text, start, matches }: Passage): Passage {
  const lines = text.split('\n');
  if (lines.length <= MOST_LINES) return { text, start, matches };
  const first = matches[0] ? text.slice(0, matches[0][0] - start).split('\n').length - 1 : 0;
  // Not so far down that fewer lines are left than there is room for.
  const from = first < MOST_LINES ? 0 : Math.min(first, lines.length - MOST_LINES);
  const begin = lines.slice(0, from).reduce((sum, line) => sum + line.length + 1, start);
  const shown = lines.slice(from, from + MOST_LINES).join('\n');
  const end = begin + shown.length;
  return { text: shown, start: begin, matches: matches.filter(([a, b]) => a >= begin && b <= end) };
}
