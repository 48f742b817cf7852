import { answer, hasRoom } from '../../lib/answer/answer.ts';
import { strongest } from '../../lib/attention/attend.ts';
import type { DocumentInput } from '../../lib/document.ts';
import { Engine } from '../../lib/engine.ts';
import type { AnsweringSystem } from '../../lib/evaluate/answers.ts';
import type { AttentionClaim, RankingSystem } from '../../lib/evaluate/measure.ts';
import type { IndexProgress } from '../../lib/indexing/indexer.ts';
import { LIMITS } from '../../lib/query/options.ts';
import { widthOf } from '../../lib/quotable.ts';
import { sentences } from '../../lib/text/sentences.ts';
import { createBm25 } from '../peers/bm25.ts';

/** Our engine on one collection, as the systems to measure. */
export interface AttentionSystems {
  /**
   * `attention` has all heads as shipped; then one system per head of the first look, with the other
   * heads at 0.
   */
  readonly systems: readonly RankingSystem[];
  /** The ten strongest documents of `attention` with their weights, and the null key's weight. */
  attend(query: string): AttentionClaim;
  /** The blended answer and simpler baselines. */
  answering(): Promise<readonly AnsweringSystem[]>;
  close(): void;
}

/** Indexes a collection in memory, with the shipped calibration. */
export async function createAttentionSystems(
  documents: readonly DocumentInput[],
  onProgress: (progress: IndexProgress) => void = () => {},
): Promise<AttentionSystems> {
  const engine = Engine.open({ path: ':memory:' });
  await engine.index(documents, { onProgress });
  const { heads: coefficients, first } = engine.calibration;
  const names = Object.keys(coefficients);
  const alone = (kept: string) => Object.fromEntries(names.map((name) => [name, name === kept ? 1 : 0]));
  const uris = Array.from(engine.arrays().ids, (id) => engine.document(id).uri);
  // Ranks without building passages and sentences: they take most of the time at 100 results, and do not
  // affect ranks or weights.
  const rank = (query: string, limit: number, heads: Record<string, number>) => {
    const { record } = engine.attend(shorten(query), { heads });
    const listed = strongest(record, limit).map(({ index, weight }) => ({ id: uris[index] ?? '', weight }));
    return { listed, nothing: record.softmax.nothing };
  };
  const systemOf = (name: string, heads: Record<string, number>): RankingSystem => ({
    name,
    search: (query, limit) => rank(query, limit, heads).listed.map(({ id }) => id),
  });
  return {
    systems: [
      systemOf('attention', {}),
      // Feedback cannot run alone: without the other heads there is no first look.
      ...Object.keys(first.heads).map((name) => systemOf(name, alone(name))),
    ],
    attend(query) {
      return rank(query, 10, {});
    },
    answering: () => createAnsweringSystems(engine),
    close: () => engine.close(),
  };
}

/** Most sentences per answer, of any system. */
const SENTENCES = 5;

/**
 * The answers to compare: the blended answer of a response; as many leading sentences of the first
 * document as fit in an answer; as many sentences of the whole library by BM25; and the first document in
 * full.
 */
async function createAnsweringSystems(engine: Engine): Promise<AnsweringSystem[]> {
  const first = (query: string) => {
    const run = engine.attend(shorten(query));
    const best = strongest(run.record, 1)[0];
    return best === undefined ? '' : engine.document(run.arrays.ids[best.index] as number).content;
  };
  const all = new Map<string, string>();
  for (const id of engine.arrays().ids) {
    sentencesOf(engine.document(id).content).forEach((text, i) => {
      all.set(`${id}:${i}`, text);
    });
  }
  const bm25 = createBm25();
  await bm25.index(Array.from(all, ([id, text]) => ({ id, title: '', text })));
  return [
    {
      name: 'blended',
      answer: (query) => {
        const { properties, sentences } = answer(engine, engine.attend(shorten(query)));
        return [
          ...properties.map(({ name, value }) => `${name}: ${value}`),
          ...sentences.map(({ text }) => text),
        ];
      },
    },
    { name: 'lead', answer: (query) => fitting(sentencesOf(first(query))) },
    {
      name: 'bm25',
      answer: (query) => fitting((bm25.search(query, SENTENCES) as string[]).map((id) => all.get(id) ?? '')),
    },
    { name: 'document', answer: (query) => [first(query)] },
  ];
}

/** The leading sentences that fit in an answer. */
function fitting(texts: readonly string[]): string[] {
  const fit: string[] = [];
  for (const text of texts) {
    if (!hasRoom(fit.length, widthOf(fit.join('')))) break;
    fit.push(text);
  }
  return fit;
}

function sentencesOf(content: string): string[] {
  return Array.from(sentences(content), ([start, end]) => content.slice(start, end));
}

/** Cuts a query to the length that the engine accepts. CISI has a query that is a whole abstract. */
function shorten(query: string): string {
  return query.length <= LIMITS.queryLength ? query : query.slice(0, LIMITS.queryLength);
}
