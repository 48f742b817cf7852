import { type Span, sentences } from './sentences.ts';

export type { Span };

/**
 * About 250 English words or 500 Hangul syllables: an abstract stays one passage, and a
 * long note becomes several that each keep to one subject.
 */
export const PASSAGE_SIZE = 1500;

/** Longer single sentences (tables, minified text, logs) are cut here. */
const LONGEST_SENTENCE = 2 * PASSAGE_SIZE;

/**
 * Cuts a content into passages: whole sentences, packed up to PASSAGE_SIZE, breaking at a
 * paragraph once a passage is at least half full. Passages are disjoint, in order, and cover
 * everything but white space; a content without any words has none.
 */
export function passages(content: string): Span[] {
  const out: Span[] = [];
  let start = -1;
  let end = -1;
  let size = 0;
  const close = () => {
    if (start >= 0) out.push([start, end]);
    start = -1;
    size = 0;
  };
  for (const [from, to] of sentences(content)) {
    for (const [a, b] of cut(content, from, to)) {
      const cost = width(content, a, b);
      const paragraph = start >= 0 && content.slice(end, a).includes('\n\n');
      if (start >= 0 && (size + cost > PASSAGE_SIZE || (paragraph && size > PASSAGE_SIZE / 2))) close();
      if (start < 0) start = a;
      end = b;
      size += cost;
    }
  }
  close();
  return out;
}

/** Length in Latin letters: a Hangul syllable or an ideograph says about as much as three. */
function width(text: string, start: number, end: number): number {
  let sum = 0;
  for (let i = start; i < end; i++) sum += text.charCodeAt(i) >= 0x2e80 ? 3 : 1;
  return sum;
}

function* cut(text: string, start: number, end: number): Generator<Span> {
  let from = start;
  while (end - from > LONGEST_SENTENCE) {
    const space = text.lastIndexOf(' ', from + LONGEST_SENTENCE);
    let to = space > from + PASSAGE_SIZE ? space : from + LONGEST_SENTENCE;
    if (isLowSurrogate(text.charCodeAt(to))) to--; // never between the halves of a pair
    yield [from, to];
    from = to;
  }
  if (from < end) yield [from, end];
}

function isLowSurrogate(code: number): boolean {
  return code >= 0xdc00 && code <= 0xdfff;
}
