import { ASCII } from './tokens.ts';

/** All values of a document's language. */
export const DETECTED = ['ko', 'ja', 'zh', 'en', 'und'] as const;

/**
 * BCP 47 tag for the script that a text is mostly written in, by counting letters in its first 4,000 UTF-16 units.
 * Any Latin script counts as 'en'; a script other than those listed gives 'und'.
 */
export function detectLanguage(text: string): (typeof DETECTED)[number] {
  const sample = text.length > 4000 ? text.slice(0, 4000) : text;
  if (ASCII.test(sample)) return /[a-z]/i.test(sample) ? 'en' : 'und'; // fast path: most texts are ASCII
  const count = (pattern: RegExp) => sample.match(pattern)?.length ?? 0;
  const hangul = count(/\p{Script=Hangul}/gu);
  const kana = count(/[\p{Script=Hiragana}\p{Script=Katakana}]/gu);
  const han = count(/\p{Script=Han}/gu);
  const latin = count(/\p{Script=Latin}/gu);
  // A Hangul syllable, a kana or an ideograph carries about as much as three Latin letters.
  const ranked = [
    ['ko', hangul * 3],
    ['ja', kana * 3 + (kana > 0 ? han * 3 : 0)],
    ['zh', kana > 0 ? 0 : han * 3],
    ['en', latin],
  ] as const;
  const [tag, most] = ranked.reduce((best, next) => (next[1] > best[1] ? next : best));
  return most > 0 ? tag : 'und';
}
