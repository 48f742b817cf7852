import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  BM25_DEFAULTS,
  type Bm25Parameters,
  bm25Shares,
  explainBm25,
  inverseDocumentFrequency,
  type QueryTerm,
} from '../../lib/lexical/bm25.ts';
import type { Postings } from '../../lib/lexical/postings.ts';
import { addTerms } from '../../lib/math/term-sum.ts';
import { buildPostings, forwardIndex, Vocabulary } from '../support/corpus.ts';
import { naiveBm25Share, type TermDocument } from '../support/reference.ts';

function setUp(documents: readonly TermDocument[], words: readonly string[], titleWeight = 1) {
  const vocabulary = new Vocabulary();
  const postings = buildPostings(forwardIndex(documents, vocabulary), titleWeight);
  const query: QueryTerm[] = [...new Set(words)].map((term) => ({
    term,
    id: vocabulary.ids.get(term) ?? -1,
    queryWeight: words.filter((other) => other === term).length,
  }));
  return { postings, query };
}

function sharesOf(postings: Postings, query: readonly QueryTerm[], parameters: Bm25Parameters): Float64Array {
  const scores = new Float64Array(postings.documents);
  addTerms(bm25Shares(postings, query, parameters), scores);
  return scores;
}

function shares(documents: readonly TermDocument[], words: readonly string[], titleWeight = 1): number[] {
  const { postings, query } = setUp(documents, words, titleWeight);
  return Array.from(sharesOf(postings, query, PLAIN));
}

/** Textbook BM25: the average length is the pivot. */
const PLAIN = { ...BM25_DEFAULTS, leastPivot: 0 };

const content = (...words: string[]): TermDocument => ({ title: [], content: words });
const term = fc.constantFrom('query', 'key', 'value', 'weight', 'mask', 'head', 'unseen');
const document = fc.record({
  title: fc.array(
    term.filter((word) => word !== 'unseen'),
    { maxLength: 3 },
  ),
  content: fc.array(
    term.filter((word) => word !== 'unseen'),
    { maxLength: 9 },
  ),
});
const documents = fc.array(document, { minLength: 1, maxLength: 12 });
const query = fc.array(term, { maxLength: 6 });

describe('BM25 as a share of the most a query can score', () => {
  test('three documents worked by hand', () => {
    // N = 3, every document has 2 words, so |d| / avg|d| = 1 and the norm is k₁ = 1.2.
    // "key" stands in n = 1: idf = ln(1 + 2.5 / 1.5) = ln(8/3) = 0.98083
    // tf = 2: f = 2 · 2.2 / (2 + 1.2) = 1.375; earned 0.98083 · 1.375, possible 0.98083 · 2.2
    // share = 1.375 / 2.2 = 0.625
    const list = [content('key', 'key'), content('value', 'mask'), content('value', 'head')];
    expect(inverseDocumentFrequency(3, 1)).toBeCloseTo(0.98083, 5);
    expect(shares(list, ['key'])).toEqual([expect.closeTo(0.625, 12), 0, 0]);
    // "value" stands in n = 2: idf = ln(1 + 1.5 / 2.5) = ln 1.6 = 0.47000; tf = 1: f/(k₁+1) = 1 / 2.2
    // query "key value": document 0 earns 0.98083 · 0.625 of 0.98083 + 0.47000: 0.42253
    //                    document 1 earns 0.47000 / 2.2 of the same: 0.14725
    const [first, second, third] = shares(list, ['key', 'value']);
    expect(first).toBeCloseTo(0.42253, 5);
    expect(second).toBeCloseTo(0.14725, 5);
    expect(third).toBe(second);
  });

  test('a share equals the formula, summed slowly with maps', () => {
    fc.assert(
      fc.property(documents, query, fc.constantFrom(1, 3), (list, words, titleWeight) => {
        const expected = naiveBm25Share(list, words, { titleWeight, ...PLAIN });
        shares(list, words, titleWeight).forEach((share, d) => {
          expect(share).toBeCloseTo(expected[d]!, 9);
        });
      }),
      { numRuns: 500 },
    );
  });

  test('a share equals the formula for other k₁, b and pivots too', () => {
    const list = [content('key', 'key', 'mask'), content('key'), content('head', 'value', 'mask', 'mask')];
    for (const parameters of [
      { k1: 0, b: 0, leastPivot: 0 },
      { k1: 2, b: 0, leastPivot: 0 },
      { k1: 0.9, b: 1, leastPivot: 0 },
      { k1: 1.2, b: 0.75, leastPivot: 3 },
    ]) {
      const { postings, query: terms } = setUp(list, ['key', 'mask']);
      const scores = sharesOf(postings, terms, parameters);
      const expected = naiveBm25Share(list, ['key', 'mask'], { titleWeight: 1, ...parameters });
      scores.forEach((share, d) => {
        expect(share).toBeCloseTo(expected[d]!, 9);
      });
    }
  });

  test('one-line notes added to a library hardly change the share of a page', () => {
    const page = content('key', ...new Array<string>(120).fill('filler'));
    const notes = Array.from({ length: 400 }, (_, i) => content(`note${i}`));
    const share = (list: readonly TermDocument[], parameters: Bm25Parameters) => {
      const { postings, query: terms } = setUp(list, ['key']);
      return sharesOf(postings, terms, parameters)[0]!;
    };
    expect(share([page, ...notes], BM25_DEFAULTS) / share([page], BM25_DEFAULTS)).toBeGreaterThan(0.9);
    expect(share([page, ...notes], PLAIN) / share([page], PLAIN)).toBeLessThan(0.1);
  });

  test('a share lies in [0, 1)', () => {
    fc.assert(
      fc.property(documents, query, (list, words) => {
        for (const share of shares(list, words, 3)) {
          expect(share).toBeGreaterThanOrEqual(0);
          expect(share).toBeLessThan(1);
        }
      }),
    );
    // tens of thousands of repetitions come close to 1, but do not reach it
    expect(
      shares([content(...new Array<string>(60_000).fill('key')), content('a')], ['key'])[0],
    ).toBeLessThan(1);
  });

  test('words that no document has lower the share of every document', () => {
    const list = [content('key', 'value'), content('mask')];
    const [known] = shares(list, ['key']);
    const [half] = shares(list, ['key', 'unseen']);
    const [third] = shares(list, ['key', 'unseen', 'unheard']);
    expect(half).toBeLessThan(known! / 2); // unseen words are the rarest of all
    expect(third).toBeLessThan(half!);
    expect(shares(list, ['unseen'])).toEqual([0, 0]);
  });

  test('a word that occurs twice in the query counts twice', () => {
    const list = [content('key'), content('mask')];
    const [once] = shares(list, ['key', 'mask']);
    const [twice] = shares(list, ['key', 'key', 'mask']);
    expect(twice! / once!).toBeCloseTo(4 / 3, 9);
  });

  test('a word in the title earns more than the same word in the content', () => {
    const list: TermDocument[] = [
      { title: ['key'], content: ['mask', 'mask'] },
      { title: ['mask'], content: ['key', 'mask'] },
    ];
    const [inTitle, inContent] = shares(list, ['key'], 3);
    expect(inTitle).toBeGreaterThan(inContent!);
    const [a, b] = shares(list, ['key'], 1);
    expect(a).toBeCloseTo(b!, 12);
  });

  test('the shorter of two documents with the word once earns more', () => {
    const [short, long] = shares([content('key', 'a'), content('key', 'a', 'b', 'c', 'd')], ['key']);
    expect(short).toBeGreaterThan(long!);
  });

  test('an empty query gives shares of 0, and an empty collection gives none', () => {
    expect(shares([content('key')], [])).toEqual([0]);
    expect(shares([], ['key'])).toEqual([]);
  });

  test('a term whose id is not in the postings yet counts as one that no document has', () => {
    const { postings } = setUp([content('key')], []);
    const terms = [
      { term: 'key', id: 0, queryWeight: 1 },
      { term: 'new', id: 7, queryWeight: 1 },
    ];
    const [expected] = shares([content('key')], ['key', 'unseen']);
    expect(sharesOf(postings, terms, PLAIN)[0]).toBeCloseTo(expected!, 12);
  });
});

describe('inverse document frequency', () => {
  test('it is positive even for a word of every document, and largest for a word of none', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1e6 }), (n) => {
        expect(inverseDocumentFrequency(n, n)).toBeGreaterThan(0);
        expect(inverseDocumentFrequency(n, 0)).toBeCloseTo(Math.log(2 * n + 2), 9);
        expect(inverseDocumentFrequency(n, 0)).toBeGreaterThan(inverseDocumentFrequency(n, 1));
      }),
    );
  });
});

test('the parts that explain a share, term by term, sum to it', () => {
  fc.assert(
    fc.property(documents, query, (list, words) => {
      const { postings, query: terms } = setUp(list, words, 3);
      sharesOf(postings, terms, PLAIN).forEach((share, d) => {
        const parts = explainBm25(postings, terms, d, PLAIN);
        expect(parts.reduce((sum, part) => sum + part.share, 0)).toBeCloseTo(share, 9);
        if (words.length > 0) expect(parts.reduce((sum, part) => sum + part.most, 0)).toBeCloseTo(1, 9);
        for (const part of parts) expect(part.share).toBe(part.most * part.saturation);
        for (const part of parts) expect(part.share > 0).toBe(part.frequency > 0);
      });
    }),
  );
});
