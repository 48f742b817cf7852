import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Analyzer } from '../../lib/text/analyzer.ts';
import { findMatches, placesOf } from '../../lib/text/matches.ts';

const analyzer = new Analyzer();

function matched(text: string, query: string): string[] {
  return findMatches(placesOf(analyzer.words(text)), new Set(analyzer.terms(query))).map(([start, end]) =>
    text.slice(start, end),
  );
}

test('every form of an English word is marked as it stands', () => {
  expect(matched('Weights weigh; weighted WEIGHT, unweighted.', 'weight')).toEqual([
    'Weights',
    'weighted',
    'WEIGHT',
  ]);
});

test('pairs of one Korean word are marked as one stretch, without the particle', () => {
  expect(matched('데이터베이스에서 데이터를 찾는다', '데이터베이스')).toEqual(['데이터베이스', '데이터']);
});

test('words that only touch the ends of others are separate marks', () => {
  expect(matched('softmax softmax', 'softmax')).toEqual(['softmax', 'softmax']);
});

test('stop words are never marked', () => {
  expect(matched('What is attention?', 'what is attention')).toEqual(['attention']);
});

test('a word that stands in a text very often is marked every time', () => {
  expect(matched('cat '.repeat(200_000), 'cat')).toHaveLength(200_000);
});

test('a query without terms marks nothing', () => {
  expect(matched('anything at all', '👍')).toEqual([]);
});

test('any text: marks are ascending, apart from each other and inside it', () => {
  const text = fc
    .array(fc.constantFrom('query', '데이터베이스', 'ﬁne', '注意力', ' ', ', ', '👍', 'e\u0301'))
    .map((list) => list.join(''));
  fc.assert(
    fc.property(text, text, (content, query) => {
      let last = -1;
      for (const [from, to] of findMatches(
        placesOf(analyzer.words(content)),
        new Set(analyzer.terms(query)),
      )) {
        expect(from).toBeGreaterThan(last);
        expect(to).toBeGreaterThan(from);
        last = to;
      }
      expect(last).toBeLessThanOrEqual(content.length);
    }),
    { numRuns: 500 },
  );
});
