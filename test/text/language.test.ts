import fc from 'fast-check';
import { expect, test } from 'vitest';
import { detectLanguage } from '../../lib/text/language.ts';

test.each([
  ['Attention is all you need', 'en'],
  ['어텐션은 가중 평균이다', 'ko'],
  ['어텐션(attention)은 softmax를 쓴다', 'ko'],
  ['The word 어텐션 is how attention is written in Korean', 'en'],
  ['注意机制是一种加权平均', 'zh'],
  ['注意機構は重み付き平均です', 'ja'],
  ['アテンション', 'ja'],
  ['café naïveté', 'en'],
  ['внимание', 'und'],
  ['สมาธิ', 'und'],
  ['', 'und'],
  ['42 + 1 = 43!', 'und'],
  ['👍👍', 'und'],
])('"%s" is %s', (text, tag) => {
  expect(detectLanguage(text)).toBe(tag);
});

test('decomposed Hangul is Korean too', () => {
  expect(detectLanguage('어텐션'.normalize('NFD'))).toBe('ko');
});

test('any text has a language, and a megabyte is sampled', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      expect(['ko', 'ja', 'zh', 'en', 'und']).toContain(detectLanguage(text));
    }),
  );
  expect(detectLanguage('가'.repeat(4000) + 'x'.repeat(1_000_000))).toBe('ko');
});
