import { answer, hasRoom } from '../../lib/answer.ts';
import { strongest } from '../../lib/attention/attend.ts';
import type { DocumentInput } from '../../lib/document.ts';
import { Engine } from '../../lib/engine.ts';
import type { AnsweringSystem } from '../../lib/evaluate/answers.ts';
import type { AttentionClaim, RankingSystem } from '../../lib/evaluate/measure.ts';
import type { IndexProgress } from '../../lib/indexing/indexer.ts';
import { LIMITS } from '../../lib/options.ts';
import { widthOf } from '../../lib/sayable.ts';
import { sentences } from '../../lib/text/sentences.ts';
import { createBm25 } from '../peers/bm25.ts';

/** Our own engine over one collection, as the systems to measure. */
export interface AttentionSystems {
  /** `attention`, all heads as shipped; then one per head, with the others at 0. */
  readonly systems: readonly RankingSystem[];
  /** What `attention` claims. */
  attend(query: string): AttentionClaim;
  /** The blended answer, and simpler ones to compare it with. */
  answering(): Promise<readonly AnsweringSystem[]>;
  close(): void;
}

/** Indexes a collection in memory with the calibration that is shipped. */
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
  // The run that `search` writes its response from, without the passages and sentences: they
  // take most of the time at 100 results, and ranks and weights are settled before them.
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
      // Feedback alone would have nothing to look at again.
      ...Object.keys(first.heads).map((name) => systemOf(name, alone(name))),
    ],
    attend(query) {
      return rank(query, 10, {});
    },
    answering: () => createAnsweringSystems(engine),
    close: () => engine.close(),
  };
}

/** Sentences of an answer, of every system. */
/** More are in no answer. */
const SENTENCES = 5;

/**
 * The blended answer, as a response has it; as many of the first sentences of the first document, and of those of the library with the
 * largest BM25, as an answer may have; and the first document whole.
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
      answer: (query) => answer(engine, engine.attend(shorten(query))).map(({ text }) => text),
    },
    { name: 'lead', answer: (query) => fitting(sentencesOf(first(query))) },
    {
      name: 'bm25',
      answer: (query) => fitting((bm25.search(query, SENTENCES) as string[]).map((id) => all.get(id) ?? '')),
    },
    { name: 'document', answer: (query) => [first(query)] },
  ];
}

/** The first sentences, as many as an answer has room for. */
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

/** The engine refuses longer queries than anyone types; CISI has one that is a whole abstract. */
function shorten(query: string): string {
  return query.length <= LIMITS.queryLength ? query : query.slice(0, LIMITS.queryLength);
}
