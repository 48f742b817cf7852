import type { MatchedPassage } from '../../lib/response.ts';
import { proseOf, type Span, sentences } from '../../lib/text/sentences.ts';

/** Characters on either side of a passage in which its first and last sentence begin and end. */
const BESIDE = 400;
/** Words of a sentence that says something; shorter ones are references (See Self-attention.) and remarks. */
const LEAST_WORDS = 4;
/** What does not end like this is a heading, a formula or the row of a table. */
const ENDED = /[.!?…。！？]\W{0,3}$/;

/** How a passage stands among the sentences of its document. */
export interface Excerpt {
  /** The passage begins, or ends, within a sentence. */
  readonly cutBefore: boolean;
  readonly cutAfter: boolean;
  /** The sentence that begins in it and has most words of the query; of several, the first; one of a few words only where there is no longer one. The passage if there is none. */
  readonly sentence: string;
}

/** Reads around a passage only, as a document may be a megabyte. */
export function excerptOf(content: string, { text, start, end, matches }: MatchedPassage): Excerpt {
  const from = Math.max(0, start - BESIDE);
  const first = start + text.length - text.trimStart().length;
  const last = end - (text.length - text.trimEnd().length);
  const around = content.slice(from, end + BESIDE);
  const spans = Array.from(sentences(around), ([a, b]): Span => [from + a, from + b]);
  const found = ([a, b]: Span): number =>
    new Set(matches.filter(([at]) => at >= a && at < b).map((match) => content.slice(...match).toLowerCase()))
      .size;
  const whole = spans.filter(
    ([a, b]) => a >= first && a < last && ENDED.test(content.slice(Math.max(a, b - 4), b)),
  );
  const telling = whole.filter((span) => content.slice(...span).split(/\s+/).length >= LEAST_WORDS);
  const best = (telling.length > 0 ? telling : whole)
    .map((span) => ({ span, found: found(span) }))
    .reduce<{ span: Span; found: number } | null>((a, b) => (a && a.found >= b.found ? a : b), null);
  return {
    cutBefore: !spans.some(([a]) => a === first),
    cutAfter: !spans.some(([, b]) => b === last),
    // Without the marker of its list.
    sentence: best ? content.slice(...(proseOf(content, best.span, false) ?? best.span)) : text,
  };
}
