import { expect, test } from 'vitest';
import { cutIntoWords } from '../../lib/lexical/spacing.ts';
import { Analyzer } from '../../lib/text/analyzer.ts';
import { rejoined } from '../../lib/text/hangul.ts';

const analyzer = new Analyzer();
const KNOWN = new Set(
  '어텐션 트랜스포머 위치 정보 시차 적응 방법 김치찌개 법 맵 고양이 미용 용법 미 아이스크림 만들기 들기 모자 멤버 놀이 이자'.split(
    ' ',
  ),
);
const cut = (text: string) =>
  cutIntoWords(text, {
    analyze: (part) => analyzer.terms(part),
    isWord: (_, terms) => KNOWN.has(rejoined(terms)),
  });

test.each([
  ['트랜스포머위치정보', '트랜스포머 위치 정보', 'known words'],
  ['트랜스포머에서위치정보를', '트랜스포머에서 위치 정보를', 'words with particles'],
  ['어텐션을왜쓰나요', '어텐션을 왜* 쓰나요*', 'stop words'],
  ['어텐션맵', '어텐션 맵', 'a word of one syllable'],
  ['제텔카스텐이뭔가요', '제텔카스텐이 뭔가요*', 'an unknown word before a stop word'],
  ['어텐션을설명하는방법', '어텐션을 설명 하는* 방법', 'an unknown word between borders that show'],
  ['고양이미용법', '고양이 미용 법', 'of two ways, that with the single syllable last'],
  [
    '아이스크림만들기',
    '아이스크림 만들기',
    'of two ways, that with fewer syllables of particles and endings',
  ],
  ['모자라서인가', '모자 라서* 인가*', 'endings that look like words'],
])('%s is cut into %s: %s', (text, words) => {
  expect(
    cut(text)
      .map((word) => word.text + (word.isStop ? '*' : ''))
      .join(' '),
  ).toBe(words);
});

test.each([
  ['트랜스포먼트의', 'no particle shows where the unknown word begins'],
  ['트렌스포머위치', 'nor where it ends'],
  ['멤버버려진', 'the second may be a helping verb'],
  ['놀이놀이', 'a word said twice is one word'],
  ['미미미법', 'many syllables are words, and most of them are not meant'],
  ['왜무엇인가요', 'nothing but stop words'],
  ['가나다를왜라마바를', 'more unknown than known'],
  ['어텐션', 'a known word'],
])('%s is not cut: %s', (text) => {
  expect(cut(text)).toEqual([]);
});
