import type { MatchedPassage } from '../../lib/response.ts';
import { proseOf, type Span, saysNothing, sentences } from '../../lib/text/sentences.ts';

/** Context, in characters, in which the first and last sentence of a passage are completed. */
const CONTEXT = 400;
/** Least words of a sentence worth showing; shorter ones are asides. */
const LEAST_WORDS = 4;
/** A reference to a note, whose title has a capital letter. */
const REFERENCE = /^See (?:also )?\p{Lu}/u;
/** Ends a sentence; headings, formulas and table rows do not match. */
const ENDED = /[.!?…。！？]\W{0,3}$/;

/** How a passage relates to the sentences of its document. */
interface Excerpt {
  /** Whether the passage begins, or ends, in the middle of a sentence. */
  readonly cutBefore: boolean;
  readonly cutAfter: boolean;
  /**
   * The sentence that begins in the passage and has the most distinct query words; of equals the first.
   * References, and sentences of fewer than `LEAST_WORDS` words, count only when there is no other. The whole passage
   * when there is none; '' when that has but blanks of a template.
   */
  readonly sentence: string;
}

/** Computes the excerpt from the passage and its surroundings only, since a document may have a megabyte. */
export function excerptOf(content: string, { text, start, end, matches }: MatchedPassage): Excerpt {
  const from = Math.max(0, start - CONTEXT);
  const first = start + text.length - text.trimStart().length;
  const last = end - (text.length - text.trimEnd().length);
  const around = content.slice(from, end + CONTEXT);
  const spans = Array.from(sentences(around), ([a, b]): Span => [from + a, from + b]);
  const found = ([a, b]: Span): number =>
    new Set(matches.filter(([at]) => at >= a && at < b).map((match) => content.slice(...match).toLowerCase()))
      .size;
  const whole = spans.filter(
    ([a, b]) => a >= first && a < last && ENDED.test(content.slice(Math.max(a, b - 4), b)),
  );
  const telling = whole.filter((span) => {
    const said = content.slice(...span);
    return said.split(/\s+/).length >= LEAST_WORDS && !REFERENCE.test(said);
  });
  const best = (telling.length > 0 ? telling : whole)
    .map((span) => ({ span, found: found(span) }))
    .reduce<{ span: Span; found: number } | null>((a, b) => (a && a.found >= b.found ? a : b), null);
  return {
    cutBefore: !spans.some(([a]) => a === first),
    cutAfter: !spans.some(([, b]) => b === last),
    // without the list marker
    sentence: best
      ? content.slice(...(proseOf(content, best.span, false) ?? best.span))
      : saysNothing(text)
        ? ''
        : text,
  };
}
