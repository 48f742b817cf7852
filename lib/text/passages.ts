import { type Span, sentences } from './sentences.ts';

/**
 * Target size of a passage, in units of `width`: about 250 English words or 500 Hangul syllables. An abstract
 * stays one passage, and a long note becomes several that each keep to one subject.
 */
export const PASSAGE_SIZE = 1500;

/** A shorter passage (a closing remark) says too little alone, so it is appended to the one before. */
const LEAST_SIZE = PASSAGE_SIZE / 6;

/** A longer single sentence (a table, minified text, a log) is cut into pieces of at most this size. */
const LONGEST_SENTENCE = 2 * PASSAGE_SIZE;

/**
 * Cuts a text into passages: whole sentences are packed up to PASSAGE_SIZE, and a passage that is more than
 * half full ends at the next paragraph break. Passages are disjoint, in order, and cover everything but white
 * space; a blank text has none.
 */
export function passages(content: string): Span[] {
  const out: Span[] = [];
  let start = -1;
  let end = -1;
  let size = 0;
  let sizeBefore = 0;
  const close = () => {
    const before = out.at(-1);
    if (start >= 0 && before && size < LEAST_SIZE && sizeBefore + size <= LONGEST_SENTENCE)
      out[out.length - 1] = [before[0], end];
    else if (start >= 0) out.push([start, end]);
    sizeBefore = size;
    start = -1;
    size = 0;
  };
  for (const [from, to] of sentences(content)) {
    for (const [a, b] of cut(content, from, to)) {
      const cost = width(content, a, b);
      const paragraph = start >= 0 && /\n\r?\n/.test(content.slice(end, a));
      if (start >= 0 && (size + cost > PASSAGE_SIZE || (paragraph && size > PASSAGE_SIZE / 2))) close();
      if (start < 0) start = a;
      end = b;
      size += cost;
    }
  }
  close();
  return out;
}

/** Size of a text in Latin letters. A Hangul syllable or an ideograph carries about as much as three of them. */
function width(text: string, start: number, end: number): number {
  let sum = 0;
  for (let i = start; i < end; i++) sum += text.charCodeAt(i) >= 0x2e80 ? 3 : 1;
  return sum;
}

/** Cuts a sentence into pieces of at most LONGEST_SENTENCE, at white space if there is any in the second half. */
function* cut(text: string, start: number, end: number): Generator<Span> {
  let from = start;
  let space = -1;
  let size = 0;
  const isShort = 3 * (end - start) <= LONGEST_SENTENCE; // fast path for nearly all sentences
  for (let i = isShort ? end : start; i < end; i++) {
    if (isSpace(text, i)) space = i;
    size += width(text, i, i + 1);
    if (size <= LONGEST_SENTENCE) continue;
    let to = space > from && width(text, from, space) > PASSAGE_SIZE ? space : i;
    if (isInPair(text, to)) to--;
    yield [from, to];
    from = to;
    while (from < end && isSpace(text, from)) from++;
    size = width(text, from, i + 1);
    i = Math.max(i, from - 1);
  }
  if (from < end) yield [from, end];
}

function isSpace(text: string, at: number): boolean {
  return /\s/.test(text[at] ?? '');
}

/** Whether an offset lies between the halves of a surrogate pair, where a text must not be cut. */
export function isInPair(text: string, at: number): boolean {
  return /[\udc00-\udfff]/.test(text[at] ?? '');
}
