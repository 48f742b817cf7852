import { widthOf } from '../../lib/quotable.ts';
import type { MatchedPassage } from '../../lib/response.ts';
import { withoutMarker } from '../../lib/text/sentences.ts';

export interface MarkedPart {
  readonly text: string;
  readonly match: boolean;
}

type Passage = Omit<MatchedPassage, 'end'>;

/** Splits a passage into runs of plain and matched text. */
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

/**
 * Least length of a line that counts as wrapped at the page width. Shorter lines belong to lists, verse
 * or code.
 */
const FULL_LINE = 60;
/** Most lines shown: a list of single words would fill the page. */
const MOST_LINES = 14;

/**
 * Lays out a passage for display without changing its length, so that offsets stay valid. Keeps the line
 * breaks of lists, tables, code and paragraphs; joins lines that only the page width has wrapped; removes
 * empty lines.
 */
export function laidOut(text: string): string {
  return text
    .replace(/^([^\n]*)\n(?=[\p{L}\p{N}("'“‘[])(?!\p{N}+[.)])/gmu, (whole, line: string) =>
      line.length >= FULL_LINE && !/[.!?:|…。]\s*$/.test(line) ? `${line} ` : whole,
    )
    .replace(/\n[^\S\n]*(?=\n)/g, (empty) => ' '.repeat(empty.length));
}

/** A text on one line: what were lines of their own are set apart by a dot, without list markers. */
export function onOneLine(text: string): string {
  const lines = laidOut(text.trim()).split('\n');
  return lines.map(bare).filter(Boolean).join(' · ');
}

/** The beginning of a text on one line, in at most so many columns, with an ellipsis where it goes on. */
export function beginningOf(text: string, columns: number): string {
  const line = onOneLine(text);
  if (widthOf(line) <= columns) return line;
  let beginning = '';
  let width = 1; // of the ellipsis
  for (const letter of line) {
    width += widthOf(letter);
    if (width > columns) break;
    beginning += letter;
  }
  return `${beginning.replace(/[\s·]+$/, '')}…`;
}

/** A line without its list marker and white space. */
function bare(line: string): string {
  const text = line.trim();
  return text.slice(...withoutMarker(text, [0, text.length])).replace(/\s+/g, ' ');
}

/**
 * Cuts a passage to `MOST_LINES` lines: the first ones if they have a match, else those from the first
 * match on.
 */
export function cutToLines({ text, start, matches }: Passage): Passage {
  const lines = text.split('\n');
  if (lines.length <= MOST_LINES) return { text, start, matches };
  const first = matches[0] ? text.slice(0, matches[0][0] - start).split('\n').length - 1 : 0;
  // not so far down that fewer than `MOST_LINES` lines remain
  const from = first < MOST_LINES ? 0 : Math.min(first, lines.length - MOST_LINES);
  const begin = lines.slice(0, from).reduce((sum, line) => sum + line.length + 1, start);
  const shown = lines.slice(from, from + MOST_LINES).join('\n');
  const end = begin + shown.length;
  return { text: shown, start: begin, matches: matches.filter(([a, b]) => a >= begin && b <= end) };
}
