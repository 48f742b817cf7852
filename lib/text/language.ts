import { ASCII } from './tokens.ts';

/** All that a document's language may be. */
export const DETECTED = ['ko', 'ja', 'zh', 'en', 'und'] as const;

/** BCP 47 tag of the writing a text is mostly in, by counting letters: 'ko', 'ja', 'zh', 'en' for Latin, else 'und'. */
export function detectLanguage(text: string): (typeof DETECTED)[number] {
  const sample = text.length > 4000 ? text.slice(0, 4000) : text;
  if (ASCII.test(sample)) return /[a-z]/i.test(sample) ? 'en' : 'und'; // most are: nothing to count
  const count = (pattern: RegExp) => sample.match(pattern)?.length ?? 0;
  const hangul = count(/\p{Script=Hangul}/gu);
  const kana = count(/[\p{Script=Hiragana}\p{Script=Katakana}]/gu);
  const han = count(/\p{Script=Han}/gu);
  const latin = count(/\p{Script=Latin}/gu);
  // A syllable block or an ideograph says as much as about three Latin letters.
  const ranked = [
    ['ko', hangul * 3],
    ['ja', kana * 3 + (kana > 0 ? han * 3 : 0)],
    ['zh', kana > 0 ? 0 : han * 3],
    ['en', latin],
  ] as const;
  const [tag, most] = ranked.reduce((best, next) => (next[1] > best[1] ? next : best));
  return most > 0 ? tag : 'und';
}
