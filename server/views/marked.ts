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
