import { expect, test } from 'vitest';
import { romanized } from '../../lib/lexical/romanization.ts';

test.each([
  ['전세', 'jeonse'],
  ['강릉', 'gangneung'], // ㄹ sounds like ㄴ
  ['신라', 'silla'],
  ['별내', 'byeollae'],
  ['독립문', 'dongnimmun'], // ㄱ before ㄹ and ㅂ before ㅁ are nasals
  ['왕십리', 'wangsimni'],
  ['옥천', 'okcheon'],
  ['구미', 'gumi'],
  ['합덕', 'hapdeok'],
  ['한밭', 'hanbat'],
  ['인왕', 'inwang'],
  ['설악', 'seorak'], // a final goes with the vowel that follows
  ['닭이', 'dalgi'],
  ['빵', 'ppang'],
])('%s sounds like %s', (hangul, latin) => {
  expect(romanized(hangul)).toBe(latin);
});
