import fc from 'fast-check';
import { expect, test } from 'vitest';
import { commonDocuments, documentFrequency, postingsIn } from '../../lib/lexical/postings.ts';
import { buildPostings, forwardIndex, Vocabulary } from '../support/corpus.ts';
import type { TermDocument } from '../support/reference.ts';

const term = fc.constantFrom('query', 'key', 'value', 'weight', 'mask', 'head');
const document = fc.record({
  title: fc.array(term, { maxLength: 3 }),
  content: fc.array(term, { maxLength: 9 }),
});
const documents = fc.array(document, { maxLength: 12 });

function build(list: readonly TermDocument[], titleWeight: number) {
  const vocabulary = new Vocabulary();
  const forward = forwardIndex(list, vocabulary);
  return { vocabulary, postings: buildPostings(forward, titleWeight) };
}

test('every term lists exactly the documents that have it, ascending, with its weighted count', () => {
  fc.assert(
    fc.property(documents, fc.constantFrom(0, 1, 2.5, 3), (list, titleWeight) => {
      const { vocabulary, postings } = build(list, titleWeight);
      for (const [word, id] of vocabulary.ids) {
        const expected = new Map<number, number>();
        list.forEach(({ title, content }, d) => {
          const inTitle = title.filter((other) => other === word).length;
          const inContent = content.filter((other) => other === word).length;
          if (inTitle + inContent > 0) expected.set(d, titleWeight * inTitle + inContent);
        });
        const [from, to] = [postings.offsets[id]!, postings.offsets[id + 1]!];
        expect(Array.from(postings.documentIds.slice(from, to))).toEqual([...expected.keys()]);
        expect(Array.from(postings.counts.slice(from, to))).toEqual([...expected.values()]);
        expect(documentFrequency(postings, id)).toBe(expected.size);
      }
    }),
    { numRuns: 300 },
  );
});

test('a length is the sum of weighted counts, a text length the number of words, and the average is over all documents', () => {
  const { postings } = build(
    [
      { title: ['key'], content: ['value', 'value', 'key'] },
      { title: [], content: [] },
      { title: [], content: ['head'] },
    ],
    3,
  );
  expect(Array.from(postings.lengths)).toEqual([6, 0, 1]);
  expect(Array.from(postings.textLengths)).toEqual([4, 0, 1]);
  expect(postings.averageLength).toBeCloseTo(7 / 3, 12);
});

test('beyond a limit a length grows with its logarithm only, and a very long document leaves the others as they are', () => {
  const words = (count: number) => ({ title: [], content: Array<string>(count).fill('key') });
  const { postings } = build([20, 90, 150, 600, 30_000].map(words), 3);
  expect(postings.longLength).toBe(300); // the median is 150
  expect(postings.lengths[2]).toBe(150);
  expect(postings.lengths[3]).toBeCloseTo(300 * (1 + Math.log(600 / 300)), 3);
  expect(postings.lengths[4]).toBe(750); // five times the median
  expect(Array.from(postings.textLengths)).toEqual([20, 90, 150, 600, 30_000]);
  // Postings made of these damped lengths, as when read from a file, have the same limit.
  expect(postingsIn(postings).longLength).toBe(300);
  expect(build([20, 20, 20, 80_000].map(words), 3).postings.longLength).toBe(200);
});

test('no documents give empty postings', () => {
  const { postings } = build([], 3);
  expect(postings.documents).toBe(0);
  expect(postings.averageLength).toBe(0);
  expect(postings.documentIds).toHaveLength(0);
});

test('a term that is not in the postings occurs in no document', () => {
  const { postings } = build([{ title: [], content: ['key'] }], 1);
  expect(documentFrequency(postings, -1)).toBe(0);
  expect(documentFrequency(postings, 1)).toBe(0);
  expect(documentFrequency(postings, 99)).toBe(0);
});

test('the documents that have all given terms are listed up to a limit', () => {
  const wanted = fc.array(fc.integer({ min: -1, max: 9 }), { minLength: 1, maxLength: 3 });
  fc.assert(
    fc.property(documents, fc.integer({ min: 1, max: 6 }), wanted, (list, most, terms) => {
      const { postings } = build(list, 1);
      const lists = terms.map((term) =>
        term < 0 || term >= postings.termCount
          ? []
          : [...postings.documentIds.subarray(postings.offsets[term], postings.offsets[term + 1])],
      );
      const expected = (lists[0] ?? []).filter((one) => lists.every((other) => other.includes(one)));
      expect(commonDocuments(postings, terms)).toEqual(expected);
      expect(commonDocuments(postings, terms, most)).toEqual(expected.slice(0, most));
    }),
    { numRuns: 300 },
  );
});
