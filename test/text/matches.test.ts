import fc from 'fast-check';
import { expect, test } from 'vitest';
import { askedWords } from '../../lib/query/words.ts';
import { Analyzer, type Word } from '../../lib/text/analyzer.ts';
import { type AskedWords, byTerm, findMatches, placesOf } from '../../lib/text/matches.ts';

const analyzer = new Analyzer();

function matched(text: string, query: string): string[] {
  return findMatches(placesOf(analyzer.words(text)), asked(query)).map(([start, end]) =>
    text.slice(start, end),
  );
}

/** What a query asks for if all its words are on and read as typed. */
function asked(query: string): AskedWords {
  return byTerm(
    askedWords(
      analyzer,
      analyzer.words(query).map((word) => ({ ...word, off: false, readings: [] })),
    ),
  );
}

test('every form of an English word is marked whole', () => {
  expect(matched('Weights weigh; weighted WEIGHT, unweighted.', 'weight')).toEqual([
    'Weights',
    'weighted',
    'WEIGHT',
  ]);
});

test('pairs of one Korean word are marked as one stretch, without the particle', () => {
  expect(matched('데이터베이스에서 데이터를 찾는다', '데이터베이스')).toEqual(['데이터베이스', '데이터']);
});

test.each([
  ['호이스팅', '업캐스팅과 캐스팅', []],
  ['라이프사이클', '클라이언트와 웹사이트', []],
  ['컴파일', '소스파일을 컴파일한다', ['컴파일']],
  ['파일', '소스파일, 파일을', ['파일', '파일']],
  ['정규형', '정규화', ['정규']],
  ['검색엔진', '검색 엔진으로 검색하고, 검색창', ['검색', '엔진', '검색']],
  ['세그멘테이션', '세그먼테이션, 테이블', ['세그', '테이션']],
  ['데이터베이', '데이터베이스', ['데이터베이']],
])('a piece of another word is not marked: %s in %s', (query, text, marks) => {
  expect(matched(text, query)).toEqual(marks);
});

test.each([
  ['2019년 삼성', '2018년과 2019년, 그 년도의 삼성', ['2019년', '년', '삼성']],
  ['3단계', '1단계, 3단계, 여러 단계', ['3단계', '단계']],
  ['단계', '1단계, 2단계', ['단계', '단계']],
  ['8월 20일', '8월 15일', ['8월']],
])('a counter is marked together with its own number: %s in %s', (query, text, marks) => {
  expect(matched(text, query)).toEqual(marks);
});

test('a reading of several words is marked word by word', () => {
  const [word] = analyzer.words('테스트주도개발');
  const reading = {
    text: '테스트 주도 개발',
    terms: analyzer.terms('테스트 주도 개발'),
    similarity: 1,
    share: 1,
  };
  const read = askedWords(analyzer, [{ ...(word as Word), off: false, readings: [reading] }]);
  const text = '개발자의 코딩테스트, 호스트';
  expect(
    findMatches(placesOf(analyzer.words(text)), byTerm(read)).map((span) => text.slice(...span)),
  ).toEqual(['개발', '테스트']);
});

test('adjacent words are separate marks', () => {
  expect(matched('softmax softmax', 'softmax')).toEqual(['softmax', 'softmax']);
});

test('stop words are never marked', () => {
  expect(matched('What is attention?', 'what is attention')).toEqual(['attention']);
});

test('a word that occurs very often is marked every time', () => {
  expect(matched('cat '.repeat(200_000), 'cat')).toHaveLength(200_000);
});

test('a query without terms marks nothing', () => {
  expect(matched('anything at all', '👍')).toEqual([]);
});

test('any text: marks are ascending, disjoint and inside it', () => {
  const text = fc
    .array(fc.constantFrom('query', '데이터베이스', 'ﬁne', '注意力', ' ', ', ', '👍', 'e\u0301'))
    .map((list) => list.join(''));
  fc.assert(
    fc.property(text, text, (content, query) => {
      let last = -1;
      for (const [from, to] of findMatches(placesOf(analyzer.words(content)), asked(query))) {
        expect(from).toBeGreaterThan(last);
        expect(to).toBeGreaterThan(from);
        last = to;
      }
      expect(last).toBeLessThanOrEqual(content.length);
    }),
    { numRuns: 500 },
  );
});
