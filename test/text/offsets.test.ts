import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Analyzer } from '../../lib/text/analyzer.ts';
import { tokens } from '../../lib/text/tokens.ts';

const analyzer = new Analyzer();
const terms = (text: string) => analyzer.terms(text);

/** Every term of a text with its offsets. */
function occurrences(text: string) {
  return analyzer
    .words(text)
    .flatMap(({ start, terms, places }) =>
      terms.map((term, i) => ({ term, start: start + places[i]![0], end: start + places[i]![1] })),
    );
}

describe('any text', () => {
  const text = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 60 }),
    fc.string({ unit: 'grapheme', maxLength: 40 }),
    fc
      .array(
        fc.constantFrom(
          'query’s',
          '정렬하는',
          'SQL을',
          '각'.normalize('NFD'),
          'ﬁ',
          '注意',
          '❤️',
          ' ',
          "'",
          'C++',
          'é',
          '㈜한국',
        ),
      )
      .map((list) => list.join('')),
  );

  test('tokens are in order, disjoint, inside the text, and equal the text at their offsets', () => {
    fc.assert(
      fc.property(text, (value) => {
        let last = 0;
        for (const token of tokens(value)) {
          expect(token.start).toBeGreaterThanOrEqual(last);
          expect(token.end).toBeGreaterThan(token.start);
          expect(value.slice(token.start, token.end)).toBe(token.text);
          last = token.end;
        }
        expect(last).toBeLessThanOrEqual(value.length);
      }),
      { numRuns: 1000 },
    );
  });

  test('occurrences are inside the text, and in the order of the terms', () => {
    fc.assert(
      fc.property(text, (value) => {
        const found = occurrences(value);
        expect(found.map(({ term }) => term)).toEqual(terms(value));
        let last = 0;
        for (const { term, start, end } of found) {
          expect(term).not.toBe('');
          expect(start).toBeGreaterThanOrEqual(last);
          expect(end).toBeGreaterThan(start);
          expect(end).toBeLessThanOrEqual(value.length);
          last = start;
        }
      }),
      { numRuns: 1000 },
    );
  });

  test('words as typed have the terms of the text, word by word', () => {
    fc.assert(
      fc.property(text, (value) => {
        const words = analyzer.words(value);
        expect(words.flatMap((word) => word.terms)).toEqual(terms(value));
        for (const word of words) expect(value.slice(word.start, word.end)).toBe(word.text);
        const moved = words.map((word) => ({ ...word, start: word.start + 7, end: word.end + 7 }));
        expect(analyzer.words(value, 7)).toEqual(moved);
      }),
    );
  });

  test('a pair of composed Hangul or ideographs equals the text at its offsets', () => {
    const plain = fc
      .array(fc.constantFrom('데이터베이스', '정렬하는', '注意力', 'query', ' ', '은'))
      .map((list) => list.join(''));
    fc.assert(
      fc.property(plain, (value) => {
        for (const { term, start, end } of occurrences(value)) {
          if (!/^[a-z]/.test(term)) expect(value.slice(start, end)).toBe(term);
        }
      }),
    );
  });

  test('ASCII text gives the same tokens alone and among other writing', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary-ascii', maxLength: 60 }), (value) => {
        const alone = [...tokens(value)];
        const among = [...tokens(`${value} 값`)].slice(0, -1);
        expect(among).toEqual(alone);
      }),
      { numRuns: 500 },
    );
  });

  test('a full cache changes no term', () => {
    const small = new Analyzer(3);
    const value = 'query keys values queries keys softmax weights 정렬하는 정렬 데이터베이스 query';
    for (let i = 0; i < 3; i++) expect(small.terms(value)).toEqual(new Analyzer().terms(value));
  });

  test.each([
    ['letters', 'x'.repeat(1_000_000)],
    ['letters with apostrophes', "a'".repeat(500_000)],
    ['typographic apostrophes', 'a’'.repeat(500_000)],
    ['accents', `e${'\u0301'.repeat(1_000_000)}`],
    ['plus signs', 'c+'.repeat(500_000)],
    ['number signs', 'c#'.repeat(500_000)],
    ['Hangul', '가'.repeat(300_000)],
    ['ideographs', '注'.repeat(300_000)],
    ['alternating scripts', 'a가注'.repeat(150_000)],
    ['lone surrogates', '\ud800'.repeat(1_000_000)],
  ])('a megabyte of %s is analysed without a hang', (_, value) => {
    let last = 0;
    for (const { start, end } of occurrences(value)) last = Math.max(last, start, end);
    expect(last).toBeLessThanOrEqual(value.length);
  });
});
