import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { projectPlainly } from '../../lib/attention/output.ts';
import { fitLsa, LsaEmbedder } from '../../lib/embedding/lsa.ts';
import { seededRandom } from '../../lib/math/random.ts';
import { dot } from '../../lib/math/vector.ts';
import { CO_OCCURRENCE, textsOf, Vocabulary } from '../support/corpus.ts';

function fitted(texts: readonly string[], dimension?: number) {
  const vocabulary = new Vocabulary();
  const passages = textsOf(texts.map((text) => vocabulary.counts(text)));
  const model = fitLsa(passages, vocabulary.ids.size, dimension === undefined ? {} : { dimension });
  const embedder = new LsaEmbedder(model);
  /** Cosine of a query with a text, times the share of the query that the space can express. */
  const score = (query: string, text: string) => {
    const key = Float32Array.from(embedder.embed(vocabulary.query(text)).vector);
    const { vector, explained } = embedder.embed(vocabulary.query(query));
    return dot(vector, key) * explained;
  };
  return { vocabulary, passages, model, embedder, score };
}

const FEW = [
  'cat purrs softly',
  'dog barks loudly',
  'bread bakes slowly',
  'moon shines palely',
  'car drives quickly',
];

describe('few documents', () => {
  test('0: the dimension is 0, and no text has a direction', () => {
    const { embedder, vocabulary } = fitted([]);
    expect(embedder.dimension).toBe(0);
    expect(embedder.embed(vocabulary.query('cat'))).toEqual({ vector: new Float32Array(0), explained: 0 });
  });

  test.each([1, 2, 5])(
    '%i: each text is closest to itself, and the dimension is the number of texts',
    (count) => {
      const texts = FEW.slice(0, count);
      const { embedder, score } = fitted(texts);
      expect(embedder.dimension).toBe(count);
      for (const text of texts) {
        expect(score(text, text)).toBeCloseTo(1, 4);
        for (const other of texts)
          if (other !== text) expect(Math.abs(score(text, other))).toBeLessThan(1e-4);
      }
    },
  );

  test.each([1, 2, 5])('%i: a query of unknown words has no direction', (count) => {
    const { embedder, vocabulary, score } = fitted(FEW.slice(0, count));
    const { vector, explained } = embedder.embed(vocabulary.query('quantum chromodynamics'));
    expect(explained).toBe(0);
    expect(vector.every((value) => value === 0)).toBe(true);
    expect(score('quantum chromodynamics', FEW[0]!)).toBe(0);
  });

  test('1: a query that has one of the many words is no perfect match', () => {
    const { score } = fitted(['cat purrs softly on the warm old red sofa']);
    expect(score('cat', 'cat purrs softly on the warm old red sofa')).toBeLessThan(0.4);
    expect(score('cat food for sale', 'cat purrs softly on the warm old red sofa')).toBeLessThan(0.2);
    expect(score('cat purrs softly', 'cat purrs softly on the warm old red sofa')).toBeGreaterThan(
      score('cat', 'cat purrs softly on the warm old red sofa'),
    );
  });

  test('copies of one text span one direction', () => {
    const { embedder, score } = fitted(['cat purrs', 'cat purrs', 'cat purrs']);
    expect(embedder.dimension).toBe(1);
    expect(score('cat purrs', 'cat purrs')).toBeCloseTo(1, 4);
  });

  test('texts without any term are ignored', () => {
    const { embedder, score } = fitted(['', 'cat purrs', '']);
    expect(embedder.dimension).toBe(1);
    expect(score('cat', '')).toBe(0);
  });
});

describe('meaning by co-occurrence', () => {
  const { score, embedder, vocabulary } = fitted(CO_OCCURRENCE, 3);

  test('a word finds texts that have a synonym of it', () => {
    expect(CO_OCCURRENCE.some((text) => text.includes('car ') && text.includes('automobile'))).toBe(false);
    for (const text of CO_OCCURRENCE) {
      if (text.startsWith('automobile')) expect(score('car', text)).toBeGreaterThan(0.3);
      else if (!text.startsWith('car')) expect(Math.abs(score('car', text))).toBeLessThan(0.05);
    }
  });

  test('every text about bread is nearer to "loaf" than any other text', () => {
    const scores = CO_OCCURRENCE.map((text) => ({ text, score: score('loaf', text) }));
    const near = scores.toSorted((a, b) => b.score - a.score).slice(0, 4);
    expect(near.every(({ text }) => text.includes('oven'))).toBe(true);
  });

  test('the terms closest to a subject are its own', () => {
    const vector = Float64Array.from(embedder.embed(vocabulary.query('telescope orbit')).vector);
    const words = [...vocabulary.ids.keys()];
    const strongest = words
      .map((word, id) => ({
        word,
        weight: projectPlainly(embedder.model, Int32Array.of(embedder.model.rows[id]!), vector)[0]!,
      }))
      .sort((a, b) => b.weight - a.weight)
      .slice(0, 6);
    for (const { word } of strongest)
      expect(['star', 'telescope', 'planet', 'orbit', 'moon', 'galaxy', 'night']).toContain(word);
  });

  test('what each query term contributes sums to the dot product with a key', () => {
    const key = Float32Array.from(embedder.embed(vocabulary.query('bread oven car')).vector);
    for (const query of ['bread', 'bread road unknown', 'unknown', 'car car dough']) {
      const terms = vocabulary.query(query);
      const { vector, explained } = embedder.embed(terms);
      const total = dot(vector, key) * explained;
      const parts = embedder.contributions(terms, key);
      expect(parts).toHaveLength(terms.ids.length);
      expect(parts.reduce((sum, part) => sum + part, 0)).toBeCloseTo(total, 5);
    }
  });
});

describe('an embedding', () => {
  const { embedder, vocabulary } = fitted(CO_OCCURRENCE);
  const word = fc.constantFrom(...vocabulary.ids.keys(), 'unknown', 'unheard');
  const text = fc.array(word, { maxLength: 12 }).map((words) => words.join(' '));

  test('is a unit vector or zeros, and the explained share lies in [0, 1]', () => {
    fc.assert(
      fc.property(text, (value) => {
        const { vector, explained } = embedder.embed(vocabulary.query(value));
        const length = Math.sqrt(dot(vector, vector));
        if (explained === 0) expect(length).toBe(0);
        else expect(length).toBeCloseTo(1, 5);
        expect(explained).toBeGreaterThanOrEqual(0);
        expect(explained).toBeLessThanOrEqual(1);
      }),
    );
  });

  test('weighs a word that occurs twice by 1 + ln 2', () => {
    // Five texts without a common word, each of one direction; "cat" and "bread" have equal idf.
    const { score } = fitted(FEW);
    const ratio = score('cat cat bread', FEW[0]!) / score('cat cat bread', FEW[2]!);
    expect(ratio).toBeCloseTo(1 + Math.log(2), 3);
  });

  test('does not depend on the order of the words', () => {
    fc.assert(
      fc.property(text, (value) => {
        const one = Array.from(embedder.embed(vocabulary.query(value)).vector);
        const two = embedder.embed(vocabulary.query(value.split(' ').reverse().join(' '))).vector;
        one.forEach((value, i) => {
          expect(two[i]).toBeCloseTo(value, 5);
        });
      }),
    );
  });

  test('of a known text with unknown words points the same way and explains less', () => {
    const known = embedder.embed(vocabulary.query('car engine'));
    const [direction, explained] = [Float32Array.from(known.vector), known.explained];
    const mixed = embedder.embed(vocabulary.query('car engine unknown'));
    expect(dot(mixed.vector, direction)).toBeCloseTo(1, 5);
    expect(mixed.explained).toBeLessThan(explained);
  });

  test('of a text that was not in the fit lies close to where a refit would put it', () => {
    // The cosines of the folded-in text with all others, against those of a full refit.
    const added = 'automobile engine brake road';
    const [folded, refitted] = [fitted(CO_OCCURRENCE, 3), fitted([...CO_OCCURRENCE, added], 3)];
    for (const other of CO_OCCURRENCE) {
      expect(Math.abs(folded.score(added, other) - refitted.score(added, other))).toBeLessThan(0.1);
    }
  });
});

describe('a fit', () => {
  test('of the same passages gives the same bits and the same fingerprint', () => {
    const [one, two] = [fitted(CO_OCCURRENCE), fitted(CO_OCCURRENCE)];
    expect(Buffer.from(one.model.basis.buffer).equals(Buffer.from(two.model.basis.buffer))).toBe(true);
    expect(one.embedder.fingerprint).toBe(two.embedder.fingerprint);
    expect(one.embedder.fingerprint).toMatch(/^lsa-\d+-[0-9a-f]{12}$/);
  });

  test('of other passages, or another dimension, has another fingerprint', () => {
    const names = [
      fitted(CO_OCCURRENCE),
      fitted(CO_OCCURRENCE.slice(1)),
      fitted(CO_OCCURRENCE, 3),
      fitted(FEW),
    ].map(({ embedder }) => embedder.fingerprint);
    expect(new Set(names).size).toBe(names.length);
  });

  test('has a fingerprint that depends on every array of the model', () => {
    const { model, embedder } = fitted(FEW);
    const changed = (field: 'rows' | 'idf' | 'basis') => {
      const array = model[field].slice();
      array[0] = array[0]! + 1;
      return new LsaEmbedder({ ...model, [field]: array }).fingerprint;
    };
    const names = [embedder.fingerprint, changed('rows'), changed('idf'), changed('basis')];
    expect(new Set(names).size).toBe(4);
  });

  test('counts every passage the same, however long it is', () => {
    // The one direction kept is that of three short passages, not that of one with fifty words.
    const long = Array.from({ length: 50 }, (_, i) => `word${i}`).join(' ');
    const { embedder, vocabulary } = fitted([long, 'query key', 'query key', 'query key'], 1);
    expect(embedder.embed(vocabulary.query('query key')).explained).toBeGreaterThan(0.99);
    expect(embedder.embed(vocabulary.query(long)).explained).toBeLessThan(0.01);
  });

  test('keeps words that occur once in a small collection, and drops them in a large one', () => {
    const texts = (count: number) => [
      ...Array.from({ length: count - 1 }, (_, i) => `common w${i % 7}`),
      'common once',
    ];
    const rowOfOnce = (count: number) => {
      const { model, vocabulary } = fitted(texts(count), 4);
      return model.rows[vocabulary.ids.get('once')!]!;
    };
    expect(rowOfOnce(499)).toBeGreaterThanOrEqual(0);
    expect(rowOfOnce(500)).toBe(-1);
  });

  test('reports progress', () => {
    const shares: number[] = [];
    fitLsa(fitted(FEW).passages, 15, { onProgress: (share) => shares.push(share) });
    expect(shares.length).toBeGreaterThan(0);
  });
});

describe('a language with few passages', () => {
  const random = seededRandom(7);
  const common = Array.from({ length: 400 }, () =>
    Array.from({ length: 6 }, () => `word${Math.floor(random() ** 2 * 150)}`).join(' '),
  );
  const rare = [
    '빵은 밀가루와 물로 굽는다',
    '밀가루와 물을 섞어 반죽한다',
    '반죽은 밤새 부푼다',
    '달은 밤하늘에 뜬다',
  ];
  const texts = [...common, ...rare];
  const vocabulary = new Vocabulary();
  const passages = textsOf(texts.map((text) => vocabulary.counts(text)));
  const embedderOf = (languages?: Int32Array) =>
    new LsaEmbedder(
      fitLsa(passages, vocabulary.ids.size, { dimension: 12, ...(languages ? { languages } : {}) }),
    );
  const ofEach = Int32Array.from(texts, (_, i) => (i < common.length ? 0 : 1));

  test('has directions of its own in the basis', () => {
    const query = vocabulary.query('밀가루와 물');
    expect(embedderOf().embed(query).explained).toBeLessThan(0.05);
    expect(embedderOf(ofEach).embed(query).explained).toBeGreaterThan(0.25);
  });

  test('takes few directions from the other language', () => {
    const explained = (embedder: LsaEmbedder) =>
      common.reduce((sum, text) => sum + embedder.embed(vocabulary.query(text)).explained, 0) / common.length;
    expect(explained(embedderOf(ofEach))).toBeGreaterThan(0.8 * explained(embedderOf()));
  });

  test('a language with half of the passages changes nothing', () => {
    const halves = Int32Array.from(texts, (_, i) => i % 2);
    expect(embedderOf(halves).fingerprint).toBe(embedderOf().fingerprint);
  });
});
