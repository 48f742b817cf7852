import type { QueryWord } from '../../lib/response.ts';
import { isCounted } from '../../lib/text/matches.ts';
import type { Translate } from '../i18n.ts';

/** Most words listed: a pasted page has hundreds that a document lacks. */
const MAX_LISTED = 6;

/**
 * The query words that a document lacks, as people write them: the first ones, and how many more there
 * are.
 */
export function missingView(
  words: readonly QueryWord[],
  missing: readonly string[],
  t: Translate,
): readonly string[] {
  const named = missing.length === 0 ? [] : namesOf(words, missing);
  const rest = named.length - MAX_LISTED;
  return rest > 0 ? [...named.slice(0, MAX_LISTED), t('list.more', { count: rest })] : named;
}

/**
 * Joins a number and its counter (2019년). Where the document has the number, a missing counter of one
 * syllable is not reported: a note on 2019 need not say 년.
 */
function namesOf(words: readonly QueryWord[], missing: readonly string[]): string[] {
  const isMissing = ({ text }: QueryWord) => missing.includes(text);
  const names = words.flatMap((word, i) => {
    const [before, next] = [words[i - 1], words[i + 1]];
    if (isCounted(before, word)) return [];
    // what follows may be a particle: 404를
    if (!next || next.terms.length === 0 || !isCounted(word, next)) return isMissing(word) ? [word.text] : [];
    return isMissing(word) || (isMissing(next) && next.text.length > 1) ? [word.text + next.text] : [];
  });
  return [...new Set(names)];
}
