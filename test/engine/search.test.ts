import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Engine } from '../../lib/engine.ts';
import { type ErrorCode, SearchError } from '../../lib/errors.ts';
import { seededRandom } from '../../lib/math/random.ts';
import type { SearchOptions } from '../../lib/response.ts';
import { NOTES, textDocument } from '../support/corpus.ts';

const LONG = Array.from({ length: 300 }, (_, i) => `Filler sentence number ${i} says nothing at all.`);

const folder = mkdtempSync(join(tmpdir(), 'qkv-search-'));

let engine: Engine;
beforeAll(async () => {
  engine = Engine.open();
  await engine.index(NOTES);
});
afterAll(() => {
  engine.close();
  rmSync(folder, { recursive: true, force: true });
});

/** An engine of its own for one test. */
async function withDocuments<T>(
  documents: Parameters<Engine['index']>[0],
  work: (own: Engine) => T | Promise<T>,
): Promise<T> {
  const own = Engine.open();
  try {
    await own.index(documents);
    return await work(own);
  } finally {
    own.close();
  }
}

describe('a response', () => {
  const query = fc.oneof(
    fc.constantFrom(
      'softmax',
      '데이터베이스에서 인덱스란',
      'what is the moon',
      '👍',
      'quantum chromodynamics',
      '인덱스 query moon',
    ),
    fc.string({ unit: 'binary', minLength: 1, maxLength: 40 }).filter((text) => text.trim() !== ''),
  );
  const options = fc.record({
    limit: fc.integer({ min: 1, max: 100 }),
    temperature: fc.constantFrom(0.001, 0.05, 1, 20, 1000),
    heads: fc.record({
      title: fc.constantFrom(0, 1, 2.5),
      content: fc.constantFrom(0, 1, 100),
      words: fc.constantFrom(0, 1),
    }),
  });

  test('can be recomputed from its own numbers, for any query and options', () => {
    fc.assert(
      fc.property(query, options, (text, given) => {
        const { attention, results } = engine.search(text, given);
        let sum = attention.nothing.weight + attention.remainder;
        expect(results).toHaveLength(Math.min(given.limit, NOTES.length));
        expect(attention.remainder).toBeGreaterThanOrEqual(0);
        results.forEach((result, i) => {
          const logit = Object.entries(attention.heads).reduce(
            (total, [head, a]) => total + a * (result.scores[head] ?? Number.NaN),
            attention.bias,
          );
          expect(result.logit).toBeCloseTo(logit, 9);
          expect(result.rank).toBe(i + 1);
          for (const score of Object.values(result.scores)) expect(Math.abs(score)).toBeLessThanOrEqual(1);
          if (i > 0) expect(result.weight).toBeLessThanOrEqual((results[i - 1] as typeof result).weight);
          sum += result.weight;
        });
        expect(sum).toBeCloseTo(1, 9);
        expect(attention.effectiveDocuments).toBeGreaterThanOrEqual(1);
        expect(attention.effectiveDocuments).toBeLessThanOrEqual(NOTES.length + 1 + 1e-9);
      }),
      { numRuns: 300 },
    );
  });

  test('shows passages and matches at offsets of the stored content', () => {
    fc.assert(
      fc.property(query, (text) => {
        for (const { id, passage } of engine.search(text).results) {
          const { content } = engine.document(id);
          expect(content.slice(passage.start, passage.end)).toBe(passage.text);
          let last = passage.start;
          for (const [start, end] of passage.matches) {
            expect(start).toBeGreaterThanOrEqual(last);
            expect(end).toBeGreaterThan(start);
            last = end;
          }
          expect(last).toBeLessThanOrEqual(passage.end);
        }
      }),
    );
  });

  test('of the same query is the same, but for the time it took', () => {
    const [one, two] = [engine.search('moon rises'), engine.search('moon rises')];
    expect({ ...one, tookMs: null }).toEqual({ ...two, tookMs: null });
  });

  test('to a query that nothing answers gives the null key the weight that follows from b', () => {
    const { attention, results } = engine.search('quantum chromodynamics lattice');
    expect(results[0]?.scores).toEqual({ title: 0, content: 0, words: 0, feedback: 0 });
    expect(attention.feedback).toEqual([]);
    expect(attention.nothing.weight).toBeCloseTo(1 / (1 + Math.exp(engine.calibration.bias)), 9);
  });

  test('to a query that a title answers is strong', () => {
    expect(engine.search('kimchi stew').attention.verdict).toBe('strong');
  });

  test('in textbook mode ranks documents by their title scores alone', () => {
    const { attention, results } = engine.search('attention query', { heads: { content: 0, words: 0 } });
    expect(attention.heads).toMatchObject({ content: 0, words: 0 });
    const a = attention.heads.title as number;
    for (const { logit, scores } of results)
      expect(logit).toBeCloseTo(attention.bias + a * (scores.title ?? 0), 9);
    const cosines = results.map(({ scores }) => scores.title as number);
    expect(cosines).toEqual(cosines.toSorted((x, y) => y - x));
  });

  test('on an empty index lists nothing and gives the null key everything', async () => {
    await withDocuments([], (own) => {
      const { attention, results, index } = own.search('anything');
      expect(results).toEqual([]);
      expect(attention).toMatchObject({
        documents: 0,
        nothing: { weight: 1 },
        remainder: 0,
        verdict: 'none',
        effectiveDocuments: 1,
      });
      expect(index).toMatchObject({ documents: 0, passages: 0 });
    });
  });

  test('finds by meaning what shares no word with the query', async () => {
    // 300 notes on three subjects of 60 words each, every note 12 of them; "car" and
    // "automobile" are two words for one thing and never meet.
    const random = seededRandom(1);
    const documents = Array.from({ length: 300 }, (_, i) => {
      const words = Array.from({ length: 12 }, () => `subject${i % 3}word${Math.floor(random() * 60)}`);
      const thing = i % 3 === 0 ? [i % 2 === 0 ? 'car' : 'automobile'] : [];
      return textDocument(`note ${i}`, [...thing, ...words].join(' '));
    });
    await withDocuments(documents, (own) => {
      const results = own.search('car', { limit: 100 }).results;
      const about = (word: string) => results.filter(({ passage }) => passage.text.startsWith(word));
      expect(about('car')).toHaveLength(50);
      expect(about('automobile').length).toBeGreaterThan(15); // of the 50 places left; 10 by chance
      for (const { scores } of about('automobile')) {
        expect(scores.words).toBe(0);
        expect(scores.feedback).toBeGreaterThan(0);
      }
    });
  });
});

describe('the passage shown', () => {
  test('is the one with the words of the query', async () => {
    const content = [...LONG.slice(0, 150), 'The heron waits in the reeds.', ...LONG.slice(150)].join(' ');
    await withDocuments([...NOTES, textDocument('Long', content)], (own) => {
      const [first] = own.search('heron reeds').results;
      expect(first?.passage.text).toContain('The heron waits in the reeds.');
      expect(first?.passage.matches.map(([a, b]) => content.slice(a, b))).toEqual(['heron', 'reeds']);
      expect(first?.passage.text.length).toBeLessThanOrEqual(600);
    });
  });

  test('marks its matches in a very long document too', async () => {
    const content = `${LONG.join(' ')}\n\n`.repeat(25).concat('The heron waits in the reeds.');
    await withDocuments([...NOTES, textDocument('Heron', content)], (own) => {
      expect(own.status().passages).toBeGreaterThan(208);
      const [first] = own.search('heron').results;
      expect(first?.title).toBe('Heron');
      expect(first?.passage.text).toContain('heron');
      expect(first?.passage.matches.map(([a, b]) => content.slice(a, b))).toContain('heron');
    });
  });

  test('keeps the match in view and surrogate pairs whole where there are no spaces', async () => {
    for (const lead of ['', 'x']) {
      const content = `${lead}${'👍'.repeat(500)}왜가리${'👍'.repeat(600)}`;
      await withDocuments([...NOTES, textDocument('Signs', content)], (own) => {
        const [first] = own.search('왜가리').results;
        expect(first?.passage.text).toContain('왜가리');
        expect(first?.passage.matches).toHaveLength(1);
        expect(first?.passage.text.length).toBeLessThanOrEqual(600);
        expect(first?.passage.text).not.toMatch(/^[\udc00-\udfff]|[\ud800-\udbff]$/);
      });
    }
  });

  test('is the first with the words if the title has them all, since the document as a whole is meant', async () => {
    const rest = `Tides follow the moon. ${'Tides rise and tides fall. '.repeat(40)}`;
    const note = textDocument(
      'Tides',
      `Tides come in twice a day. ${LONG.slice(0, 40).join(' ')}\n\n${rest}`,
    );
    await withDocuments([note, ...NOTES], (own) => {
      const shown = (q: string) => own.search(q, { limit: 1 }).results[0]?.passage.text ?? '';
      expect(shown('tides')).toContain('come in twice');
      expect(shown('what are tides')).toContain('come in twice');
      expect(shown('tides and the moon')).toContain('Tides follow the moon.');
    });
  });

  test('of a document without content is empty', async () => {
    await withDocuments([textDocument('Softmax', '')], (own) => {
      expect(own.search('softmax').results[0]?.passage).toEqual({ text: '', start: 0, end: 0, matches: [] });
    });
  });

  test('of a document without content is embedded from its title and aliases', async () => {
    const documents = [
      ...[textDocument('The moon', 'It shines at night.'), textDocument('Tides', '')],
      { ...textDocument('Ebb', ''), aliases: ['low tide'] },
    ];
    await withDocuments(documents, (own) => {
      const contents = own.search('tide').results.map(({ title, scores }) => [title, scores.content]);
      const { Tides, Ebb, 'The moon': moon } = Object.fromEntries(contents);
      expect(Tides).toBeGreaterThan(0.9);
      expect(Ebb).toBeGreaterThan(0.3);
      expect(moon).toBeLessThan(0.1);
    });
  });
});

describe('what is refused', () => {
  test.each<[string, string, SearchOptions, ErrorCode]>([
    ['an empty query', '', {}, 'EMPTY_QUERY'],
    ['a blank query', ' \n\t', {}, 'EMPTY_QUERY'],
    ['a query of 2,001 characters', 'x'.repeat(2001), {}, 'QUERY_TOO_LONG'],
    ['a limit of 0', 'q', { limit: 0 }, 'INVALID_PARAMETER'],
    ['a limit of 101', 'q', { limit: 101 }, 'INVALID_PARAMETER'],
    ['half a document', 'q', { limit: 1.5 }, 'INVALID_PARAMETER'],
    ['temperature 0', 'q', { temperature: 0 }, 'INVALID_PARAMETER'],
    ['temperature −1', 'q', { temperature: -1 }, 'INVALID_PARAMETER'],
    ['temperature NaN', 'q', { temperature: Number.NaN }, 'INVALID_PARAMETER'],
    ['an infinite temperature', 'q', { temperature: Number.POSITIVE_INFINITY }, 'INVALID_PARAMETER'],
    ['a negative head', 'q', { heads: { words: -1 } }, 'INVALID_PARAMETER'],
    ['a head that is no number', 'q', { heads: { title: Number.NaN } }, 'INVALID_PARAMETER'],
    ['a head that does not exist', 'q', { heads: { links: 1 } }, 'UNKNOWN_PARAMETER'],
    ['a head called toString', 'q', { heads: { toString: 1 } as never }, 'UNKNOWN_PARAMETER'],
    ['an option that does not exist', 'q', { limt: 3 } as never, 'UNKNOWN_PARAMETER'],
    ['words left out that are no list', 'q', { without: 'q' } as never, 'INVALID_PARAMETER'],
    ['a filter that does not exist', 'q', { filter: { foldr: 'zzz' } as never }, 'UNKNOWN_PARAMETER'],
  ])('%s', (_, text, options, code) => {
    try {
      engine.search(text, options);
    } catch (error) {
      expect(error).toBeInstanceOf(SearchError);
      expect((error as SearchError).code).toBe(code);
      return;
    }
    expect.unreachable('expected a refusal');
  });

  test('a document id that does not exist is NOT_FOUND', () => {
    for (const id of [0, -1, 1e15]) {
      expect(() => engine.document(id)).toThrow(expect.objectContaining({ code: 'NOT_FOUND' }));
    }
  });

  test('a query of exactly 2,000 characters is accepted', () => {
    expect(engine.search('softmax '.repeat(250)).results[0]?.title).toBe('Softmax');
  });

  test('an option or filter that is undefined counts as not given', () => {
    const none = { limit: undefined, temperature: undefined, mass: undefined, hops: undefined };
    const undefineds = {
      ...none,
      without: undefined,
      heads: { title: undefined },
      filter: { tag: undefined },
    } as never;
    expect(engine.search('softmax', undefineds).results).toEqual(engine.search('softmax').results);
  });
});

test('every call to a closed engine says that it is closed', async () => {
  const closed = Engine.open({ path: join(folder, 'closed.db') });
  await closed.index([textDocument('Moon', 'A moon.')]);
  closed.close();
  closed.close();
  const expected = new SearchError(
    'NOT_READY',
    'Expected an open engine, got a closed one. Engine.open gives another.',
  );
  for (const work of [
    () => closed.search('moon'),
    () => closed.attend('moon'),
    () => closed.explain('moon', 1),
    () => closed.status(),
    () => closed.document(1),
    () => closed.version(),
  ])
    expect(work).toThrow(expected);
  for (const work of [
    () => closed.index([textDocument('Sun', 'A sun.')]),
    () => closed.index([]),
    () => closed.sync([]),
    () => closed.sync(['data/demo']),
    () => closed.remove(['Moon']),
    () => closed.remove([]),
    () => closed.goLive(),
  ])
    await expect(work()).rejects.toThrow(expected);
  expect(closed.isReady).toBe(false);
});

test('closing an engine rejects the work under way with NOT_READY', async () => {
  const many = Array.from({ length: 600 }, (_, i) => textDocument(`Moon ${i}`, `A moon of number ${i}.`));
  for (const [i, work] of [
    (own: Engine) => own.index(many),
    (own: Engine) => own.sync(['data/demo']),
  ].entries()) {
    const own = Engine.open({ path: join(folder, `closed-${i}.db`) });
    await own.index(many.slice(0, 5));
    const working = work(own);
    own.close();
    await expect(working).rejects.toMatchObject({ code: 'NOT_READY' });
  }
});

test('a query asked again is answered as by an engine that has not read it: with other options, and after a change', async () => {
  const strip = ({ tookMs, ...response }: ReturnType<Engine['search']>) => response;
  const asked: readonly SearchOptions[] = [{}, { temperature: 0.5 }, { without: ['moon'] }, { hops: 0 }, {}];
  const steps = [NOTES, [textDocument('Quantum moon', 'A moon of quanta.')]];
  const fresh = (until: number, options: SearchOptions) =>
    withDocuments([], async (own) => {
      for (const documents of steps.slice(0, until)) await own.index(documents);
      return strip(own.search('moon quanta', options));
    });
  await withDocuments([], async (own) => {
    for (const [i, documents] of steps.entries()) {
      await own.index(documents);
      for (const options of asked) {
        const { index: _, ...again } = strip(own.search('moon quanta', options));
        const { index: __, ...once } = await fresh(i + 1, options);
        expect(again).toEqual(once);
      }
    }
  });
});
