import type { MatchedPassage } from '../../lib/response.ts';

export interface MarkedPart {
  readonly text: string;
  readonly match: boolean;
}

/** A passage as runs of plain and matched text. */
export function markedParts({ text, start, matches }: Omit<MatchedPassage, 'end'>): MarkedPart[] {
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
/** More lines than this are run on instead: a list of single words would fill the page. */
const MOST_LINES = 14;

/**
 * A passage as it is shown, letter for letter as long as it was: a break for each line of a list, of a table and of
 * code, and for each paragraph, but no empty lines, and none where only the width of a page has broken a sentence.
 */
export function laidOut(text: string): string {
  const lines = text
    .replace(/\n[^\S\n]*(?=\n)/g, (empty) => ' '.repeat(empty.length))
    .replace(/^([^\n]*)\n(?=[\p{L}\p{N}("'“‘[])(?!\p{N}+[.)])/gmu, (whole, line: string) =>
      line.length >= FULL_LINE && !/[.!?:|…。]\s*$/.test(line) ? `${line} ` : whole,
    );
  return lines.split('\n').length > MOST_LINES ? text.replaceAll('\n', ' ') : lines;
}
