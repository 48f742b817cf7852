import type { QuotableLine } from '../quotable.ts';
import { indentAt } from '../text/outline.ts';

type Line = Pick<QuotableLine, 'span' | 'announces'>;

/** Most items that are quoted, and their total length from which on none is added. */
const MOST = { items: 5, length: 300 } as const;

/** What announces a list, if one follows: a colon, "the following", 다음과 같다, 두 가지. */
const ANNOUNCES =
  /[:：]$|\b(?:following|below|as follows)\b|(?:다음|아래)(?:[은의]|[과와] ?같)|(?:[2-9두세네]|다섯|여섯|일곱) ?(?:가지|종류)/iu;

/** Longer gaps are not compared with GAP. */
const LONGEST_GAP = 100;
/** Between a sentence and the first item of its list: the end of its line, at most one empty line, and a marker. */
const GAP = /^[^\n\p{L}\p{N}]{0,9}\n(?:[^\S\n]*\n)?[^\S\n]*(?:[-*+•]|\d{1,3}[.)]) +$/u;

const COLON = /[:：]$/;
const LINE_BREAK = /^\n[^\S\n]*$/;

/**
 * The list that a sentence announces, or the next line if it ends with a colon. "It supports the following browsers:"
 * answers nothing without it.
 *
 * @param lines in the order of the text
 * @returns the places in `lines` of the first items, without what is nested in them; [] if line i announces nothing
 */
export function listAfter(content: string, lines: readonly Line[], i: number): number[] {
  const [start, end] = (lines[i] as Line).span;
  const text = content.slice(start, end);
  const first = lines[i + 1];
  if (!first || !ANNOUNCES.test(text)) return [];
  const gap = content.slice(end, Math.min(first.span[0], end + LONGEST_GAP));
  if (COLON.test(text) && LINE_BREAK.test(gap) && first.announces === null) return [i + 1];
  if (!GAP.test(gap)) return [];
  const outer = indentAt(content, start) ?? -1;
  const indent = indentAt(content, first.span[0]) ?? -1;
  if (indent <= outer) return [];
  const items: number[] = [];
  let length = 0;
  for (let at = i + 1; at < lines.length && items.length < MOST.items && length < MOST.length; at++) {
    const { span, announces } = lines[at] as Line;
    const own = indentAt(content, span[0]);
    if (own === null || own < indent || announces === 'section') break;
    if (own > indent) continue;
    items.push(at);
    length += span[1] - span[0];
  }
  return items;
}
