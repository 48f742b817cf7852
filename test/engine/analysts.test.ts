import { afterEach, describe, expect, test, vi } from 'vitest';
import type { DocumentInput } from '../../lib/document.ts';
import { Engine } from '../../lib/engine.ts';
import { Analysts, type Numbered } from '../../lib/indexing/analysts.ts';
import { packageFile } from '../../lib/root.ts';
import { renumberTerms } from '../../lib/store/blobs.ts';
import { Analyzer } from '../../lib/text/analyzer.ts';
import { readWordNet } from '../../scripts/lib/wordnet.ts';
import { textDocument } from '../support/corpus.ts';

vi.mock('../../lib/root.ts', async (load) => {
  const { packageFile } = await load<typeof import('../../lib/root.ts')>();
  return { packageFile: vi.fn(packageFile) };
});
afterEach(() => {
  vi.clearAllMocks();
});

const ids = new Map<string, number>();
function termId(term = ''): number {
  const id = ids.get(term) ?? ids.size;
  ids.set(term, id);
  return id;
}

/** The analyses of a batch, with term ids in place of an analyst's own term numbers. */
function analysesOf(batch: readonly Numbered[]): unknown {
  return batch.map(({ numbering, terms, ...rest }) => {
    const written = terms.slice();
    renumberTerms(written, (number) => termId(numbering.terms[number]));
    return { ...rest, spans: [...rest.spans], terms: [...written] };
  });
}

const documents = [...readWordNet(6000)];
const batches = [0, 2000, 4000].map((at) =>
  documents.slice(at, at + 2000).map((document) => ({ document, knownHash: null })),
);

async function analyzeAll(): Promise<{ here: Numbered[][]; there: Numbered[][] }> {
  const one = new Analysts(new Analyzer());
  const here = batches.map((batch) => one.analyzeHere(batch));
  const two = new Analysts(new Analyzer());
  const there = await Promise.all(batches.map((batch) => two.analyze(batch)));
  two.close();
  return { here, there };
}

describe('many documents', () => {
  test('are analysed in a worker thread, with the same result as in this one', async () => {
    const { here, there } = await analyzeAll();
    expect(there.map(analysesOf)).toEqual(here.map(analysesOf));
    expect(packageFile).toHaveBeenCalledTimes(1);
  });

  test('are analysed in this thread when no worker can be started', async () => {
    vi.mocked(packageFile).mockReturnValueOnce('/nowhere/worker.js');
    const { here, there } = await analyzeAll();
    expect(there.map(analysesOf)).toEqual(here.map(analysesOf));
    expect(packageFile).toHaveBeenCalledTimes(1);
  });

  test('are analysed the same by analysts that were closed and are used again', async () => {
    const [one, two] = [new Analysts(new Analyzer()), new Analysts(new Analyzer())];
    for (const round of [batches, batches.toReversed()]) {
      const there = await Promise.all(round.map((batch) => two.analyze(batch)));
      two.close();
      expect(there.map(analysesOf)).toEqual(round.map((batch) => analysesOf(one.analyzeHere(batch))));
    }
  });

  test('give the same index whether a worker or this thread analyses them', async () => {
    const tables = async (size: number) => {
      const engine = Engine.open();
      for (let at = 0; at < documents.length; at += size) await engine.index(documents.slice(at, at + size));
      const all = (sql: string) => engine.store.database.prepare(sql).all();
      const found = [
        all(
          'SELECT id, uri, title, content, language, hash FROM documents JOIN contents ON document_id = id ORDER BY id',
        ),
        all('SELECT id, term FROM terms ORDER BY id'),
        all('SELECT document_id, hex(passages) AS p, hex(terms) AS t FROM forward ORDER BY document_id'),
      ];
      engine.close();
      return found;
    };
    const [together, apart] = [await tables(6000), await tables(1500)];
    expect(vi.mocked(packageFile).mock.calls.flat()).toContain('dist/lib/indexing/analysis-worker.js');
    expect(together).toEqual(apart);
  });
});

test('a few hundred documents start no worker thread', async () => {
  const engine = Engine.open();
  await engine.index(documents.slice(0, 500));
  expect(vi.mocked(packageFile).mock.calls.flat()).not.toContain('dist/lib/indexing/analysis-worker.js');
  engine.close();
});

test('a document identical to the stored one is written again if an earlier one in the same call replaced it', async () => {
  const engine = Engine.open();
  const [one, two] = ['first words', 'second words'].map((text) => textDocument('Note', text, 'a')) as [
    DocumentInput,
    DocumentInput,
  ];
  await engine.index([one]);
  expect(await engine.index([two, one])).toMatchObject({ added: 0, updated: 2, unchanged: 0 });
  expect(engine.search('note').results[0]?.passage.text).toBe('first words');
  engine.close();
});
