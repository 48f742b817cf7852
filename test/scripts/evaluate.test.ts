import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { packageFile } from '../../lib/root.ts';
import { main } from '../../scripts/evaluate.ts';
import type { RunPeer } from '../../scripts/lib/peer-run.ts';
import { PEER_NAMES } from '../../scripts/peers/index.ts';
import { type Made, makeCollectionIn } from '../support/collection.ts';
import { runPeerHere } from '../support/peers.ts';
import { capture } from './capture.ts';

const root = mkdtempSync(join(tmpdir(), 'qkv-evaluate-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));
const makeCollection = (name: string, made: Made, notes = false) => makeCollectionIn(root, name, made, notes);

let kitchen: string;
let sky: string;

beforeAll(() => {
  kitchen = makeCollection('kitchen', {
    documents: {
      d1: ['Brewing tea', 'Green leaves want water below the boiling point.'],
      d2: ['Sourdough', 'A starter of flour and water raises the dough overnight.'],
      d3: ['Pickles', 'Cucumbers keep for months in brine with dill.'],
      d4: ['Knives', 'A steel straightens the edge; a stone sharpens it.'],
    },
    queries: {
      'boiling water for tea leaves': 'd1',
      'flour starter': 'd2',
      'cucumbers in brine': 'd3',
      'stock prices': null,
    },
  });
  sky = makeCollection(
    'sky',
    {
      documents: {
        'comet.md': ['Comets', 'A tail of dust and gas points away from the sun.'],
        'eclipse.md': ['Eclipses', 'The moon hides the sun for a few minutes.'],
        'sextant.md': ['Sextants', 'Sailors measured the height of stars above the horizon.'],
      },
      queries: { 'tail of dust': 'comet.md', 'moon hides the sun': 'eclipse.md' },
    },
    true,
  );
});

const evaluate = (...argv: string[]) => evaluateBy(runPeerHere, ...argv);

async function evaluateBy(runPeer: RunPeer, ...argv: string[]) {
  const { io, out, err } = capture();
  const code = await main(argv, io, runPeer);
  return { code, out: out(), err: err() };
}

describe('evaluate --json', () => {
  test('prints one JSON document of the documented shape for all systems', async () => {
    const { code, out, err } = await evaluate(kitchen, sky, '--json');
    expect({ code, err }).toEqual({ code: 0, err: '' });
    const report = JSON.parse(out);
    const share = expect.toSatisfy((x: number) => x >= 0 && x <= 1);
    const measures = { 'ndcg@10': share, 'recall@100': share, 'mrr@10': share, 'hit@3': share };
    const names = ['attention', 'title', 'content', 'words', ...PEER_NAMES];
    const systems = Object.fromEntries(names.map((name) => [name, measures]));
    expect(report.mean).toEqual(systems);
    expect(report.collections).toEqual([
      expect.objectContaining({
        name: 'kitchen',
        documents: 4,
        queries: 3,
        systems,
        calibrationError: share,
      }),
      expect.objectContaining({ name: 'sky', documents: 3, queries: 2, systems, calibrationError: share }),
    ]);
    expect(report.collections[0].none).toEqual({
      auroc: share,
      offTopic: 2,
      unanswerableAuroc: share,
      unanswerable: 1,
    });
    expect(report.collections[1].none).toMatchObject({ offTopic: 3, unanswerableAuroc: null });
    expect(report.collections[0].groups).toEqual([{ language: 'en', kind: 'words', queries: 3, systems }]);
  });

  test('attention, words and every peer find the obvious documents', async () => {
    const { out } = await evaluate(kitchen, sky, '--json');
    const { mean } = JSON.parse(out);
    expect(mean.attention['ndcg@10']).toBe(1);
    for (const name of ['words', ...PEER_NAMES]) expect([name, mean[name]['mrr@10']]).toEqual([name, 1]);
  });

  test('only the systems asked for are run and reported', async () => {
    const report = JSON.parse((await evaluate(kitchen, '--json', '--systems', 'bm25,words')).out);
    expect(Object.keys(report.collections[0].systems)).toEqual(['words', 'bm25']);
    expect(report.collections[0]).not.toHaveProperty('none');
    expect(report.collections[0].comparisons).toEqual([]);
  });

  test('attention is compared query by query with the best search engine and with BM25', async () => {
    const report = JSON.parse((await evaluate(sky, '--json', '--systems', 'attention,bm25,fts5')).out);
    expect(report.collections[0].comparisons).toEqual([
      { system: 'fts5', wins: 0, losses: 0, ties: 2, difference: 0, p: 1 },
      { system: 'bm25', wins: 0, losses: 0, ties: 2, difference: 0, p: 1 },
    ]);
  });

  test('a folder whose name has control characters is named without them', async () => {
    const odd = join(root, 'e\u001b[31m\nX');
    cpSync(sky, odd, { recursive: true });
    const { out, err } = await evaluate(odd, '--systems', 'words');
    expect(out).toContain('e[31m X');
    expect(out + err).not.toContain('\u001b');
    expect((await evaluate(`${odd}\u001b`)).err).not.toContain('\u001b');
  });

  test('two runs print the same report', async () => {
    const argv = [kitchen, sky, '--json', '--systems', 'attention,title'];
    expect((await evaluate(...argv)).out).toBe((await evaluate(...argv)).out);
  });
});

test('without --json prints tables of quality, comparisons and kinds of queries', async () => {
  const { code, out } = await evaluate(kitchen, sky, '--systems', 'attention,bm25');
  expect(code).toBe(0);
  expect(out).toMatch(/^nDCG@10 +kitchen +sky +mean$/m);
  expect(out).toMatch(/^attention +1\.000 +1\.000 +1\.000$/m);
  expect(out).toMatch(/^kitchen against bm25 /m);
  expect(out).toMatch(/^kitchen: attention +queries +hit@3/m);
  expect(out).toMatch(/^en words +3 +1\.000/m);
});

test('a judgement of a missing document gives a warning, not an error', async () => {
  const documents = { d1: ['Tea', 'leaves in water'] as [string, string] };
  const folder = makeCollection('holes', { documents, queries: { tea: 'd1', gone: 'd9' } });
  const { code, err } = await evaluate(folder, '--systems', 'bm25');
  expect(code).toBe(0);
  expect(err).toBe('holes: qrels name 1 documents that the corpus lacks, first "d9"\n');
});

test('an engine that fails is named with its reason, and the results of the others are kept', async () => {
  const failing: RunPeer = (name, collection, ...more) =>
    name === 'lunr' && collection.name === 'sky'
      ? Promise.reject(new Error('not done after 3 s'))
      : runPeerHere(name, collection, ...more);
  const argv = [kitchen, sky, '--systems', 'words,lunr,bm25'];
  const { code, out, err } = await evaluateBy(failing, ...argv, '--json');
  const { collections, mean } = JSON.parse(out);
  expect({ code, err }).toEqual({ code: 0, err: 'sky: lunr failed: not done after 3 s\n' });
  expect(collections.map(({ failed }: { failed: unknown }) => failed)).toEqual([
    [],
    [{ system: 'lunr', reason: 'not done after 3 s' }],
  ]);
  expect(Object.keys(collections[1].systems)).toEqual(['words', 'bm25']);
  expect(Object.keys(mean)).toEqual(['words', 'bm25']);
  expect((await evaluateBy(failing, ...argv)).out).toMatch(/^lunr +1\.000 +– +–$/m);
});

test('an engine in a separate process is measured alike, and killed when its time is up', () => {
  /** Built by npm test before it runs this. */
  const run = (...argv: string[]) =>
    spawnSync(process.execPath, [packageFile('dist/scripts/evaluate.js'), sky, '--json', ...argv], {
      encoding: 'utf8',
    });
  const { collections } = JSON.parse(run('--systems', 'bm25,fts5').stdout);
  const found = { 'ndcg@10': 1, 'recall@100': 1, 'mrr@10': 1, 'hit@3': 1 };
  expect(collections[0].systems).toEqual({ bm25: found, fts5: found });
  const documents: [string, [string, string]][] = Array.from({ length: 3000 }, (_, i) => [
    `d${i}`,
    [`Note ${i}`, 'all work and no play '.repeat(200)],
  ]);
  const long = makeCollection('long', {
    documents: Object.fromEntries(documents),
    queries: { 'all work': 'd1' },
  });
  const late = spawnSync(
    process.execPath,
    [packageFile('dist/scripts/evaluate.js'), long, '--json', '--systems', 'lunr', '--budget', '1'],
    { encoding: 'utf8' },
  );
  expect(late).toMatchObject({ status: 0, stderr: 'long: lunr failed: not done after 1 s\n' });
  expect(JSON.parse(late.stdout).collections[0].failed).toEqual([
    { system: 'lunr', reason: 'not done after 1 s' },
  ]);
});

test('a query longer than a search accepts is truncated, with a warning', async () => {
  const documents = { d1: ['Tea', 'leaves in water'] as [string, string] };
  const folder = makeCollection('lengthy', {
    documents,
    queries: { [`tea ${'and more '.repeat(300)}`]: 'd1' },
  });
  const { out, err } = await evaluate(folder, '--systems', 'words', '--json');
  const warning = 'of 1 queries attention is asked the first 2,000 characters only';
  expect(err).toBe(`lengthy: ${warning}\n`);
  expect(JSON.parse(out).collections[0].warnings).toEqual([warning]);
});

test('--slice is refused if no query has all its relevant documents in a slice', async () => {
  const documents = Object.fromEntries(
    Array.from({ length: 40 }, (_, i) => [`d${i}`, [`Note ${i}`, 'tea'] as [string, string]]),
  );
  const folder = makeCollection('many', { documents, queries: { tea: 'd0' } });
  writeFileSync(
    join(folder, 'qrels', 'test.tsv'),
    Array.from({ length: 40 }, (_, i) => `q0\td${i}\t1\n`).join(''),
  );
  expect(await evaluate(folder, '--slice', '10', '--systems', 'words')).toEqual({
    code: 1,
    out: '',
    err: 'evaluate: No query of many has all its relevant documents in a library of 10. Take a larger --slice.\n',
  });
});

describe('errors are reported in one line', () => {
  test('no folder, an unknown option or an unknown system: exit code 2', async () => {
    expect(await evaluate()).toEqual({
      code: 2,
      out: '',
      err: expect.stringContaining('at least one BEIR-FOLDER'),
    });
    expect(await evaluate(kitchen, '--wrong')).toMatchObject({ code: 2, out: '' });
    expect(await evaluate(kitchen, '--grow', '9', '--slice', '10')).toMatchObject({
      code: 2,
      err: expect.stringContaining('Expected --grow without --slice.'),
    });
    expect(await evaluate(kitchen, '--systems', 'google')).toMatchObject({
      code: 2,
      err: expect.stringContaining('got "google"'),
    });
  });

  test('a missing folder, or one without answerable queries: exit code 1', async () => {
    const missing = await evaluate(join(root, 'nowhere'), '--json');
    expect(missing).toMatchObject({
      code: 1,
      out: '',
      err: expect.stringMatching(/^evaluate: Expected a folder at .*\n$/),
    });
    const empty = makeCollection('empty', { documents: { d: ['a', 'b'] }, queries: { x: null } });
    expect(await evaluate(empty)).toMatchObject({
      code: 1,
      err: expect.stringContaining('nothing to measure'),
    });
  });

  test('--help prints the usage and exits with 0', async () => {
    expect(await evaluate('--help')).toMatchObject({
      code: 0,
      out: expect.stringMatching(/^Usage: npm run evaluate/),
    });
  });
});

test('--grow reports how many verdicts change when unrelated glosses are added', async () => {
  const { io, out } = capture();
  expect(await main([kitchen, '--grow', '40', '--json'], io)).toBe(0);
  const { collections } = JSON.parse(out());
  expect(collections).toMatchObject([{ name: 'kitchen', documents: 4, added: 160, queries: 3 }]);
  const [{ unchanged, changes }] = collections;
  const moved = Object.values(changes as Record<string, number>).reduce((sum, count) => sum + count, 0);
  expect(unchanged).toBeCloseTo(1 - moved / 3, 4);
  const text = capture();
  expect(await main([kitchen, '--grow', '40'], text.io)).toBe(0);
  expect(text.out()).toMatch(/kitchen +4 +160 +3 +\d+\.\d %/);
});
