import { expect, test } from 'vitest';
import type { Collection, JudgedQuery } from '../../lib/evaluate/beir.ts';
import {
  type AttentionClaim,
  groupQueries,
  meanMeasures,
  measureClaims,
  measureSystem,
  offTopicQueries,
} from '../../lib/evaluate/measure.ts';

function query(text: string, relevant: string[], labels: Partial<JudgedQuery> = {}): JudgedQuery {
  const relevance = new Map(relevant.map((id) => [id, 1]));
  return { id: text, text, kind: null, language: null, relevance, answers: [], ...labels };
}

function collection(queries: JudgedQuery[], unanswerable: JudgedQuery[] = []): Collection {
  return { name: 'made up', documents: [], queries, unanswerable, warnings: [] };
}

test('a system is asked for 100 results and measured query by query', async () => {
  const limits = new Set<number>();
  const system = {
    name: 'fixed',
    search: async (text: string, limit: number) => {
      limits.add(limit);
      return text === 'first' ? ['a', 'b'] : ['x', 'y', 'z', 'a'];
    },
  };
  const measured = await measureSystem(system, [query('first', ['a']), query('second', ['a'])]);
  expect([...limits]).toEqual([100]);
  expect(measured[0]).toEqual({ 'ndcg@10': 1, 'recall@100': 1, 'mrr@10': 1, 'hit@3': 1 });
  expect(measured[1]).toEqual({ 'ndcg@10': 1 / Math.log2(5), 'recall@100': 1, 'mrr@10': 0.25, 'hit@3': 0 });
  expect(meanMeasures(measured)).toMatchObject({ 'mrr@10': 0.625, 'hit@3': 0.5 });
});

test('a query that is a document is measured without that document', async () => {
  const asked = query('whole text', ['b'], { itself: 'a' });
  const limits: number[] = [];
  const search = (_: string, limit: number) => {
    limits.push(limit);
    return ['a', 'b'];
  };
  const [measured] = await measureSystem({ name: 'fixed', search }, [asked]);
  expect(measured).toMatchObject({ 'ndcg@10': 1, 'mrr@10': 1 });
  expect(limits).toEqual([101]);
  const listed = [
    { id: 'a', weight: 0.9 },
    { id: 'b', weight: 1 },
  ];
  const claims = measureClaims(() => ({ nothing: 0, listed }), collection([asked]), []);
  expect(claims.calibrationError).toBe(0);
});

test('queries are grouped by language and kind; unlabelled ones belong to no group', () => {
  const labelled = (language: string, kind: string) =>
    query(`${language} ${kind}`, ['a'], { language, kind });
  const queries = [
    labelled('en', 'typo'),
    query('plain', ['a']),
    labelled('ko', 'typo'),
    labelled('en', 'typo'),
  ];
  expect(groupQueries(queries)).toEqual([
    { language: 'en', kind: 'typo', members: [0, 3] },
    { language: 'ko', kind: 'typo', members: [2] },
  ]);
});

test('off-topic queries come from the other collections, up to a limit from each, without those asked here too', () => {
  const own = collection([query('shared', ['a']), query('mine', ['a'])]);
  const many = collection(Array.from({ length: 500 }, (_, i) => query(`many ${i}`, ['a'])));
  const few = collection([query('shared', ['a']), query('few', ['a'])]);
  const sampled = offTopicQueries(own, [own, many, few], 200);
  expect(sampled.filter((text) => text.startsWith('many'))).toHaveLength(200);
  expect(sampled.filter((text) => !text.startsWith('many'))).toEqual(['few']);
  expect(offTopicQueries(own, [own, many, few], 200)).toEqual(sampled);
  expect(offTopicQueries(own, [own])).toEqual([]);
});

/** Takes the weights from the query: "0.2 a 0.7" gives the null key 0.2 and document a 0.7. */
function scripted(text: string): AttentionClaim {
  const [nothing, id = '', weight] = text.split(' ');
  return { nothing: Number(nothing), listed: [{ id, weight: Number(weight) }] };
}

test('evidence is 1 − weight of the null key, compared with that of off-topic queries if there are any', () => {
  const made = collection([query('0.1 a 0.9', ['a']), query('0.6 a 0.4', ['b'])], [query('0.5 a 0.5', [])]);
  const { none, calibrationError } = measureClaims(scripted, made, ['0.7 a 0.3', '0.2 a 0.8']);
  // answerable 0.1, 0.6 against off-topic 0.7, 0.2: 0.1 beats both, 0.6 beats 0.7 only → 3 of 4
  // against its own unanswerable 0.5: 0.1 wins, 0.6 loses → 1 of 2
  expect(none).toEqual({ auroc: 0.75, offTopic: 2, unanswerableAuroc: 0.5, unanswerable: 1 });
  // one bin each: |0.9 − 1| and |0.4 − 0|, halved
  expect(calibrationError).toBeCloseTo(0.25, 12);
});

test('a lone collection is measured against its own unanswerable queries, or not at all', () => {
  const queries = [query('0.1 a 0.9', ['a'])];
  const own = measureClaims(scripted, collection(queries, [query('0.5 a 0.5', [])]), []);
  expect(own.none.auroc).toBe(1);
  expect(measureClaims(scripted, collection(queries), []).none.auroc).toBeNull();
});

test('very strong queries are not tied by rounding', () => {
  const made = collection([query('1e-30 a 1', ['a'])]);
  expect(measureClaims(scripted, made, ['1e-20 a 1']).none.auroc).toBe(1);
});
