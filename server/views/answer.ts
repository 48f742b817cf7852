import type { Attended } from '../../lib/attention/attend.ts';
import type { Run } from '../../lib/query/query.ts';
import type { AnswerSentence } from '../../lib/response.ts';
import { percent } from './numbers.ts';

/**
 * The share of an answer sentence, which is the product of its document's weight (`whole`) and its own
 * weight within the document.
 *
 * @param strongest  documents by descending weight; `rank` is the place in this list, 0 when it is not
 *   there
 */
export function shareOf(
  { arrays }: Run,
  strongest: readonly Attended[],
  { document, weight }: AnswerSentence,
): { readonly rank: number; readonly whole: number; readonly percent: string; readonly product: string } {
  const at = strongest.findIndex(({ index }) => arrays.ids[index] === document);
  const whole = strongest[at]?.weight ?? weight;
  const within = whole > 0 ? weight / whole : 1;
  return {
    rank: at + 1,
    whole,
    percent: percent(weight),
    product: `${percent(whole, 2)} × ${percent(within, 2)}`,
  };
}
