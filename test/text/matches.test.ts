import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Analyzer } from '../../lib/text/analyzer.ts';
import { findMatches } from '../../lib/text/matches.ts';

const analyzer = new Analyzer();

function matched(text: string, query: string, span: readonly [number, number] = [0, text.length]): string[] {
  return findMatches(text, span, new Set(analyzer.terms(query)), analyzer).map(([start, end]) =>
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

test('offsets index the whole text when only a part of it is looked at', () => {
  const text = 'query key query';
  expect(findMatches(text, [4, 15], new Set(analyzer.terms('query')), analyzer)).toEqual([[10, 15]]);
});

test('a query without terms marks nothing', () => {
  expect(matched('anything at all', '👍')).toEqual([]);
});

test('any text: marks are ascending, apart from each other and inside the span', () => {
  const text = fc
    .array(fc.constantFrom('query', '데이터베이스', 'ﬁne', '注意力', ' ', ', ', '👍', 'e\u0301'))
    .map((list) => list.join(''));
  fc.assert(
    fc.property(text, text, fc.nat(), (content, query, cut) => {
      const start = cut % (content.length + 1);
      let last = start - 1;
      for (const [from, to] of findMatches(
        content,
        [start, content.length],
        new Set(analyzer.terms(query)),
        analyzer,
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
