import fc from 'fast-check';
import { afterAll, describe, expect, test } from 'vitest';
import type { Head, Mask } from '../../lib/attention/attend.ts';
import { HEADS } from '../../lib/attention/calibration.ts';
import { Looks, MOST_TERMS } from '../../lib/attention/look.ts';
import { blendOf, outputVector, projectPlainly } from '../../lib/attention/output.ts';
import { type LookOptions, plainLook } from '../../lib/attention/plain-look.ts';
import { type KeyMatrix, keyMatrixIn, measureRows, strideOf } from '../../lib/math/keys.ts';
import { seededRandom } from '../../lib/math/random.ts';
import { ReadAhead } from '../../lib/math/read-ahead.ts';
import { weightOf } from '../../lib/math/softmax.ts';
import type { Overlap, TermSum } from '../../lib/math/term-sum.ts';
import { peaksOf, topK } from '../../lib/math/topk.ts';
import { type ArenaViews, arenaOf } from '../../lib/store/arena.ts';

/** A query of random terms, sometimes more than the kernel accepts; fills these arrays with their postings. */
function termSum({ documentIds, counts, lengths }: ArenaViews, random: () => number): TermSum {
  const terms = [];
  const count = random() < 0.1 ? MOST_TERMS + 1 : Math.floor(random() * 6);
  let end = 0;
  for (let t = 0; t < count; t++) {
    const from = end;
    const share = random();
    for (let d = 0; d < lengths.length && end < counts.length; d++) {
      if (random() > share) continue;
      documentIds[end] = d;
      counts[end++] = Math.ceil(5 * random());
    }
    terms.push({ from, end, factor: random() });
  }
  for (let d = 0; d < lengths.length; d++) lengths[d] = 100 * random();
  return { documentIds, counts, lengths, terms, flat: random(), slope: random() };
}

/** A query of random terms in titles; fills these arrays with their postings. */
function titleOverlap({ titleDocuments, titleShares }: ArenaViews, documents: number, random: () => number) {
  const terms = [];
  let end = 0;
  for (let t = Math.floor(random() * 5); t > 0; t--) {
    const from = end;
    const share = random();
    for (let d = 0; d < documents && end < titleShares.length; d++) {
      if (random() > share) continue;
      titleDocuments[end] = d;
      titleShares[end++] = random();
    }
    terms.push({ from, end, factor: random() });
  }
  return { documentIds: titleDocuments, shares: titleShares, terms } satisfies Overlap;
}

/** A ReadAhead that has measured reading ahead to be faster. */
function readingAhead(): ReadAhead {
  let time = 0;
  const ahead = new ReadAhead(1e9, () => time);
  const look = (isAhead: boolean) => {
    time += isAhead ? 1 : 2;
  };
  while (!ahead.isBetter) ahead.run(look);
  return ahead;
}

/** A library of random keys, with up to three passages for each document, or one for each. */
function library(documents: number, dimension: number, seed: number) {
  const random = seededRandom(seed);
  const int8 = () => Math.floor(random() * 255) - 127;
  const hasOneEach = random() < 0.3;
  const counts = Array.from({ length: documents }, () => (hasOneEach ? 1 : Math.floor(random() * 4)));
  const total = counts.reduce((sum, count) => sum + count, 0);
  const arena = arenaOf({
    ...{
      documents,
      passages: total,
      dimension,
      terms: 1,
      letters: 0,
      slots: 2,
      basis: 0,
      entries: 4 * documents,
      titleEntries: 2 * documents,
    },
  });
  const { views, memory } = arena;
  counts.forEach((count, i) => {
    views.passageOffsets[i + 1] = (views.passageOffsets[i] ?? 0) + count;
  });
  const stride = strideOf(dimension);
  const matrix = (keys: Int8Array, inverseNorms: Float32Array): KeyMatrix => {
    // Some rows have no direction.
    for (let row = 0; row < inverseNorms.length; row++)
      if (random() > 0.1) for (let j = 0; j < dimension; j++) keys[row * stride + j] = int8();
    const parts = {
      memory,
      dimension,
      keys,
      inverseNorms,
      query: views.queries.subarray(0, stride),
      out: views.dots,
    };
    measureRows(parts);
    return keyMatrixIn(parts);
  };
  const titles = matrix(views.titleKeys, views.titleNorms);
  const contents = matrix(views.passageKeys, views.passageNorms);
  const looks = new Looks(memory, views, documents, random() < 0.5 ? readingAhead() : undefined);
  const query = () => ({ values: Int8Array.from({ length: dimension }, int8), inverseNorm: random() / 1000 });
  const terms = termSum(arena.views, random);
  const overlap = titleOverlap(views, documents, random);
  const options = (
    temperature: number | null,
    mask: Mask | null,
    scale: number,
    isFirst: boolean,
  ): LookOptions => ({
    scans: isFirst
      ? [
          {
            keys: titles,
            offsets: null,
            query: query(),
            scores: looks.scoresOf('title'),
            overlap,
          },
          {
            keys: contents,
            offsets: views.passageOffsets,
            query: query(),
            scores: looks.scoresOf('content'),
          },
        ]
      : [
          {
            keys: contents,
            offsets: views.passageOffsets,
            query: query(),
            scores: looks.scoresOf('feedback'),
          },
        ],
    ...(isFirst ? { terms } : {}),
    heads: HEADS.slice(0, isFirst ? 3 : 4).map(
      (name): Head => ({ name, coefficient: scale * random(), scores: looks.scoresOf(name) }),
    ),
    b: 3 * random() - 2,
    temperature,
    mask,
  });
  const mask = (): Mask => {
    const masked = Uint8Array.from({ length: documents }, () => (random() < 0.4 ? 1 : 0));
    return { masked, count: masked.reduce((count, flag) => count + 1 - flag, 0) };
  };
  const passages = { passageKeys: contents, passageOffsets: views.passageOffsets };
  return { looks, options, mask, query, passages };
}

const settings = fc.record({
  documents: fc.oneof(fc.integer({ min: 1, max: 140 }), fc.integer({ min: 1000, max: 2100 })),
  dimension: fc.integer({ min: 0, max: 40 }),
  seed: fc.nat(),
  temperature: fc.option(fc.double({ min: 0.01, max: 50, noNaN: true })),
  scale: fc.constantFrom(0, 1, 20, 2000),
  isMasked: fc.boolean(),
});

/** Every number of a look, copied. */
function copy({ heads }: LookOptions, { bias, logits, peaks, softmax }: ReturnType<Looks['look']>) {
  return {
    bias,
    logits: logits.slice(),
    peaks: { fine: peaks.fine.slice(), coarse: peaks.coarse.slice() },
    softmax,
    scores: heads.map(({ scores }) => scores.slice()),
  };
}

describe('a look in the kernel', () => {
  test('equals the plain look: scores and logits to the bit, the softmax to 10⁻⁹', () => {
    fc.assert(
      fc.property(settings, ({ documents, dimension, seed, temperature, scale, isMasked }) => {
        const { looks, options, mask } = library(documents, dimension, seed);
        for (const isFirst of [true, false]) {
          const asked = options(temperature, isMasked ? mask() : null, scale, isFirst);
          const fast = copy(asked, looks.look(asked));
          const plain = copy(asked, plainLook(asked, documents, looks.scoresOf('words')));
          expect(fast.bias).toBe(plain.bias);
          expect(fast.scores).toEqual(plain.scores);
          expect(fast.logits).toEqual(plain.logits);
          expect(fast.peaks).toEqual(plain.peaks);
          expect(fast.peaks).toEqual(peaksOf(fast.logits));
          if (!plain.softmax || !fast.softmax) {
            expect(fast.softmax).toBe(plain.softmax);
            continue;
          }
          expect(fast.softmax.shift).toBe(plain.softmax.shift);
          expect(fast.softmax.sum / plain.softmax.sum).toBeCloseTo(1, 9);
          expect(fast.softmax.nothing).toBeCloseTo(plain.softmax.nothing, 9);
          expect(fast.softmax.effective / plain.softmax.effective).toBeCloseTo(1, 9);
        }
      }),
      { numRuns: 200 },
    );
  });
});

test('an output blends the thousand documents with the largest weights, except weights below 10⁻⁸', () => {
  fc.assert(
    fc.property(settings, ({ documents, dimension, seed, temperature, scale, isMasked }) => {
      const { looks, options, mask } = library(documents, dimension, seed);
      const asked = options(temperature ?? 1, isMasked ? mask() : null, scale, true);
      const { bias, logits, peaks, softmax } = looks.look(asked);
      const record = {
        heads: asked.heads,
        bias,
        logits,
        peaks,
        temperature: temperature ?? 1,
        softmax: softmax!,
      };
      const weighed = Array.from(topK(logits, 1000), (index) => ({
        index,
        weight: weightOf(logits[index]!, record.temperature, record.softmax),
      }));
      const expected = weighed.filter(({ weight }) => weight >= 1e-8).sort((a, b) => a.index - b.index);
      const { documents: chosen, weights } = blendOf(record);
      expect(Array.from(chosen)).toEqual(expected.map(({ index }) => index));
      expect(Array.from(weights)).toEqual(expected.map(({ weight }) => weight));
    }),
    { numRuns: 200 },
  );
});

test('the output made in the kernel equals the one made document by document, to the bit', () => {
  fc.assert(
    fc.property(settings, ({ documents, dimension, seed, temperature, scale, isMasked }) => {
      const { looks, options, mask, query, passages } = library(documents, dimension, seed);
      const asked = options(temperature ?? 1, isMasked ? mask() : null, scale, seed % 2 === 0);
      const { bias, logits, peaks, softmax } = looks.look(asked);
      const record = { heads: asked.heads, bias, logits, temperature: temperature ?? 1, softmax: softmax! };
      const { values } = query();
      expect(looks.output({ ...record, peaks }, values, passages)).toEqual(
        outputVector(record, values, passages),
      );
    }),
    { numRuns: 200 },
  );
});

test('rows of a basis times a vector are the same in the kernel, to the bit, however many there are', () => {
  const sizes = fc.record({
    basis: fc.integer({ min: 1, max: 30 }),
    dimension: fc.integer({ min: 0, max: 40 }),
    asked: fc.oneof(fc.nat({ max: 40 }), fc.integer({ min: 990, max: 2100 })),
    seed: fc.nat(),
  });
  fc.assert(
    fc.property(sizes, ({ basis, dimension, asked, seed }) => {
      const random = seededRandom(seed);
      const arena = arenaOf({
        ...{
          documents: 1,
          passages: 0,
          dimension,
          terms: 1,
          letters: 0,
          slots: 2,
          basis,
          entries: 0,
          titleEntries: 0,
        },
      });
      for (let i = 0; i < arena.views.basis.length; i++) arena.views.basis[i] = random() - 0.5;
      const looks = new Looks(arena.memory, arena.views, 1);
      const model = { basis: arena.views.basis, dimension };
      const rows = Int32Array.from({ length: asked }, () => Math.floor(random() * basis));
      const vector = Float64Array.from({ length: dimension }, () => random() - 0.5);
      expect(looks.project(model, rows, vector)).toEqual(projectPlainly(model, rows, vector));
    }),
    { numRuns: 200 },
  );
});

describe('with a second thread', () => {
  const many = library(30_000, 16, 7);
  afterAll(() => many.looks.close());

  test('looks give the same result as without one, whichever thread processes a block', async () => {
    const asked = many.options(1, null, 10, true);
    const alone = copy(asked, many.looks.look(asked));
    const before = process.cpuUsage();
    for (let i = 0; i < 300; i++) {
      many.looks.wakeUp();
      const { softmax, logits } = copy(asked, many.looks.look(asked));
      expect(softmax).toEqual(alone.softmax);
      if (i % 20 === 0) expect(logits).toEqual(alone.logits);
      // Let the second thread start, and end after it was closed.
      if (i % 50 === 10) await new Promise((resolve) => setTimeout(resolve, 20));
      if (i === 250) many.looks.close();
    }
    expect(process.cpuUsage(before).user).toBeGreaterThan(0);
  });
});
