import { afterAll, beforeAll, expect, test } from 'vitest';
import { strongest } from '../../lib/attention/attend.ts';
import { outputVector, projectPlainly } from '../../lib/attention/output.ts';
import { Engine } from '../../lib/engine.ts';
import { meaningOf } from '../../lib/read.ts';
import { NOTES } from '../support/corpus.ts';

let engine: Engine;
beforeAll(async () => {
  engine = Engine.open();
  await engine.index(NOTES);
});
afterAll(() => engine.close());

/** o = Σ wᵢvᵢ the slow way, from unit vectors. */
function blended(text: string, temperature: number): Float64Array {
  const run = engine.attend(text, { temperature });
  const { passageKeys, passageOffsets } = run.arrays;
  const output = new Float64Array(passageKeys.dimension);
  for (const { index, weight } of strongest(run.record, run.arrays.ids.length)) {
    const rows = Array.from(
      { length: passageOffsets[index + 1]! - passageOffsets[index]! },
      (_, i) => passageOffsets[index]! + i,
    ).map((row) =>
      Float64Array.from(
        passageKeys.keys.subarray(row * passageKeys.stride, row * passageKeys.stride + output.length),
      ),
    );
    const units = rows.map((row) => row.map((value) => value / (Math.hypot(...row) || 1)));
    const near = (unit: Float64Array) =>
      unit.reduce((sum, value, j) => sum + value * run.query.vector.values[j]!, 0);
    const best = units.toSorted((a, b) => near(b) - near(a))[0];
    best?.forEach((value, j) => {
      output[j]! += weight * value;
    });
  }
  return output;
}

test.each([0.2, 1, 50])('the output at T = %d is the weighted sum of the values', (temperature) => {
  const run = engine.attend('softmax weights', { temperature });
  const output = outputVector(run.record, run.query.vector.values, run.arrays);
  const expected = blended('softmax weights', temperature);
  output.forEach((value, j) => {
    expect(value).toBeCloseTo(expected[j]!, 5);
  });
  expect(Math.hypot(...output)).toBeLessThanOrEqual(1 - run.record.softmax.nothing + 1e-6);
});

test('the words of the output are listed by weight, with the share of each result', () => {
  const all = engine.search('softmax weights', { limit: 100 });
  expect(all.attention.remainder).toBe(0);
  expect(all.output.terms.length).toBeGreaterThan(3);
  const weights = all.output.terms.map(({ weight }) => weight);
  expect(weights).toEqual(weights.toSorted((a, b) => b - a));
  for (const { weight, shares } of all.output.terms) {
    expect(shares).toHaveLength(all.results.length);
    expect(shares.reduce((sum, share) => sum + share, 0)).toBeCloseTo(weight, 5);
  }
});

test('the words of the output occur in the passages shown, even where these are cut short', async () => {
  const long = Engine.open();
  const filler = (word: string, count: number) => `The ${word} of a ${word} is a ${word}. `.repeat(count);
  await long.index([
    ...NOTES,
    {
      uri: 'long.txt',
      format: 'text',
      title: 'A long note',
      content: filler('penguin', 14) + filler('softmax', 16) + filler('walrus', 14),
    },
  ]);
  const { results, output } = long.search('softmax of a long note');
  long.close();
  const shown = results.map(({ passage }) => passage.text).join('\n');
  expect(results[0]).toMatchObject({
    uri: 'long.txt',
    passage: { start: expect.toSatisfy((at: number) => at > 0) },
  });
  expect(shown).not.toContain('walrus');
  expect(output.terms.length).toBeGreaterThan(3);
  for (const { term } of output.terms) expect(shown).toContain(term);
});

test.each(['softmax weights', '김치', 'attention'])(
  'the output for %s lists the shown words closest to it, each once, as first written',
  (text) => {
    const { results, output } = engine.search(text, { limit: 100 });
    const { arrays, record, query } = engine.attend(text);
    const model = arrays.embedder!.model;
    const o = outputVector(record, query.vector.values, arrays);
    const found = new Map<string, { readonly term: string; readonly weight: number }>();
    for (const { passage } of results) {
      for (const word of engine.analyzer.words(passage.text).filter(({ terms }) => terms.length > 0)) {
        const { key, text: term, rows, ids } = meaningOf(arrays, word);
        if (found.has(key)) continue;
        const sum = projectPlainly(model, Int32Array.from(rows), o).reduce((a, b) => a + b, 0);
        if (sum > 0) found.set(key, { term, weight: sum / ids.length });
      }
    }
    const byWeight = [...found.values()].sort((a, b) => b.weight - a.weight || (a.term < b.term ? -1 : 1));
    expect(output.terms.map(({ term }) => term)).toEqual(byWeight.slice(0, 12).map(({ term }) => term));
  },
);

test('attention adds words that the query does not contain', () => {
  const { output } = engine.search('softmax');
  const added = output.terms.filter(({ term }) => term.toLowerCase() !== 'softmax');
  expect(added.some(({ weight, query }) => weight > query)).toBe(true);
});

test('a Korean word is shown once, without its particle', () => {
  const terms = engine.search('김치').output.terms.map(({ term }) => term);
  expect(new Set(terms).size).toBe(terms.length);
  expect(terms.filter((term) => /(?:를|에서|은)$/.test(term) && term.length > 3)).toEqual([]);
});

test('a word of which a single syllable would be left is shown as typed', async () => {
  const notes = Engine.open();
  const text = '높은 산을 오르는 사람은 무거운 짐을 진다.';
  await notes.index([
    { uri: 'a', title: '등산', content: text, format: 'text' },
    { uri: 'b', title: '독서', content: '두꺼운 책을 읽는 사람은 졸음을 참는다.', format: 'text' },
  ]);
  const terms = notes.search('등산 높은').output.terms.map(({ term }) => term);
  expect(terms).toContain('높은');
  expect(terms).not.toContain('높');
  notes.close();
});

test('an empty index has an empty output', () => {
  const empty = Engine.open();
  expect(empty.search('anything').output.terms).toEqual([]);
  empty.close();
});
