import type { QueryWord } from '../../lib/response.ts';
import { isCounted } from '../../lib/text/matches.ts';
import type { Translate } from '../i18n.ts';

/** Words named at most: a pasted page has hundreds that a document has nothing of. */
const MISSED = 6;

/** What a document has nothing of, as people say it: the first words, and how many more there are. */
export function missingView(
  words: readonly QueryWord[],
  missing: readonly string[],
  t: Translate,
): readonly string[] {
  const named = missing.length === 0 ? [] : namesOf(words, missing);
  const rest = named.length - MISSED;
  return rest > 0 ? [...named.slice(0, MISSED), t('list.more', { count: rest })] : named;
}

/**
 * A number and what it counts are said together, 2019년. Of those of which the number is there, a counter of one syllable is not
 * missed: a note on 2019 need not say 년.
 */
function namesOf(words: readonly QueryWord[], missing: readonly string[]): string[] {
  const isMissing = ({ text }: QueryWord) => missing.includes(text);
  const names = words.flatMap((word, i) => {
    const [before, next] = [words[i - 1], words[i + 1]];
    if (isCounted(before, word)) return [];
    // What follows may be a particle: 404를.
    if (!next || next.terms.length === 0 || !isCounted(word, next)) return isMissing(word) ? [word.text] : [];
    return isMissing(word) || (isMissing(next) && next.text.length > 1) ? [word.text + next.text] : [];
  });
  return [...new Set(names)];
}
