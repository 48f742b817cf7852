import { describe, expect, test } from 'vitest';
import { main } from '../../scripts/bench.ts';
import { measure } from '../../scripts/lib/bench-measure.ts';
import {
  compareSystems,
  milliseconds,
  type SystemReport,
  summarize,
} from '../../scripts/lib/bench-report.ts';
import type { Measure } from '../../scripts/lib/bench-run.ts';
import { capture } from './capture.ts';

async function bench(argv: string[], how: Measure = measure) {
  const { io, out, err } = capture();
  const code = await main(argv, io, how);
  return { code, out: out(), err: err() };
}

const SMALL = ['--documents', '300', '--queries', '25'];

test('percentiles use the nearest rank', () => {
  // 1 … 200: 100 queries within 100 ms, 190 within 190, 198 within 198; mean 100.5
  const times = Array.from({ length: 200 }, (_, i) => 200 - i);
  expect(summarize(times)).toEqual({ p50: 100, p95: 190, p99: 198, mean: 100.5 });
  expect(summarize([7])).toEqual({ p50: 7, p95: 7, p99: 7, mean: 7 });
});

test('ratios say how many times faster or smaller attention is than each peer that indexed as many documents', () => {
  const system = (p50: number, docs: number, bytes: number, documents = 10): SystemReport => ({
    version: '1',
    documents,
    documentsPerSecond: docs,
    indexMs: 1,
    indexPeakBytes: 1,
    bytesOnDisk: null,
    openMs: null,
    openAnewMs: null,
    search: { queries: 1, p50, p95: p50, p99: p50, mean: p50 },
    steps: {},
    emptyQueries: 0,
    residentBytes: bytes,
    restBytes: bytes / 5,
    cut: null,
  });
  const ratios = compareSystems({
    attention: system(2, 100, 50),
    slow: system(30, 50, 25),
    cut: system(1, 1, 1, 9),
  });
  expect(ratios).toEqual({
    slow: { p50: 15, p95: 15, mean: 15, documentsPerSecond: 2, residentBytes: 0.5, restBytes: 0.5 },
  });
});

describe('bench --json', () => {
  test('prints one document with the machine, every system and the ratios', async () => {
    const { code, out, err } = await bench([...SMALL, '--json', '--systems', 'attention,minisearch,fts5']);
    expect({ code, err }).toEqual({ code: 0, err: '' });
    const report = JSON.parse(out);
    expect(report).toMatchObject({ corpus: 'WordNet 3.1', documents: 300, queries: 25, failed: [] });
    expect(Object.keys(report.machine)).toEqual(['cpu', 'cores', 'memoryBytes', 'node']);
    const positive = expect.toSatisfy((x: number) => x > 0);
    const search = { queries: 25, p50: positive, p95: positive, p99: positive, mean: positive };
    const measured = {
      documents: 300,
      documentsPerSecond: positive,
      search,
      residentBytes: positive,
      restBytes: positive,
      cut: null,
    };
    expect(report.systems.attention).toMatchObject({ ...measured, openMs: positive, bytesOnDisk: positive });
    expect(report.systems.fts5).toMatchObject({ ...measured, openMs: positive, bytesOnDisk: positive });
    const steps = ['query', 'attention', 'answer', 'results', 'output', 'total'];
    expect(Object.keys(report.systems.attention.steps)).toEqual(steps);
    expect(report.systems.attention.steps.answer).toEqual({
      p50: positive,
      p95: positive,
      p99: positive,
      mean: positive,
    });
    expect(report.systems.fts5.steps).toEqual({});
    expect(report.systems.minisearch).toMatchObject({ ...measured, openMs: null, bytesOnDisk: null });
    expect(Object.keys(report.ratios)).toEqual(['minisearch', 'fts5']);
  });

  test('a system that fails is named with its reason, and the others are measured', async () => {
    const failing: Measure = (job, onProgress) =>
      job.system === 'lunr' ? Promise.reject(new Error('not done after 3 s')) : measure(job, onProgress);
    const { code, out } = await bench([...SMALL, '--json', '--systems', 'lunr,minisearch'], failing);
    const report = JSON.parse(out);
    expect(code).toBe(0);
    expect(report.failed).toEqual([{ system: 'lunr', reason: 'not done after 3 s' }]);
    expect(Object.keys(report.systems)).toEqual(['minisearch']);
    expect((await bench([...SMALL, '--systems', 'lunr'], failing)).code).toBe(1);
  });
});

test('what the time budget cuts short is reported', async () => {
  const hasty: Measure = (job, onProgress) => measure({ ...job, budgetMs: -1 }, onProgress);
  const { out } = await bench([...SMALL, '--systems', 'minisearch'], hasty);
  expect(out).toContain('minisearch: indexing stopped after 0 documents; searching stopped after 0 queries');
});

test('all systems get the same queries, and as many others to warm up', async () => {
  const seen = new Map<string, readonly (readonly string[])[]>();
  const spying: Measure = (job, onProgress) => {
    seen.set(job.system, [job.queries, job.warmUp]);
    return measure(job, onProgress);
  };
  await bench([...SMALL, '--systems', 'minisearch,bm25'], spying);
  const [queries, warmUp] = seen.get('minisearch') ?? [];
  expect(queries).toHaveLength(25);
  expect(warmUp).toHaveLength(25);
  expect(warmUp).not.toEqual(expect.arrayContaining(queries as string[]));
  expect(seen.get('minisearch')).toEqual(seen.get('bm25'));
});

test('--words asks queries of that many words, and the table says so', async () => {
  const { out } = await bench([...SMALL, '--words', '5', '--systems', 'bm25']);
  expect(out).toMatch(/^WordNet 3\.1, 300 documents, 25 queries of 5 words\n/);
  expect((await bench([...SMALL, '--systems', 'bm25'])).out).toContain('25 queries of 1 to 8 words');
});

test('without --json prints a table of figures and one of ratios', async () => {
  const { out } = await bench([...SMALL, '--systems', 'attention,bm25']);
  expect(out).toMatch(/^WordNet 3\.1, 300 documents, 25 queries/);
  expect(out).toMatch(/^attention +[\d,]+ /m);
  expect(out).toMatch(/^as bm25 +[\d.e+]+×/m);
});

test('wrong options are refused with exit code 2', async () => {
  for (const argv of [
    ['--documents', '0'],
    ['--documents', '200000'],
    ['--queries', 'x'],
    ['--words', '0'],
    ['--budget', '0'],
    ['extra'],
    ['--kernel', 'extra'],
    ['--kernel', '--page'],
    ['--http', '--documents', '9'],
    ['--scale', '--systems', 'lunr'],
    ['--wrong'],
  ]) {
    const { code, out, err } = await bench(argv);
    expect([argv, code, out]).toEqual([argv, 2, '']);
    expect(err.trim().split('\n')).toHaveLength(1);
  }
});

test('--scale measures collections of growing size, and how the figures grow', async () => {
  const { code, out } = await bench(['--scale', '--documents', '2000', '--queries', '5']);
  expect(code).toBe(0);
  const [heading, , first, second, slope] = out.split('\n');
  expect(heading).toMatch(/documents +indexed in +disk +open +anew +p50 +p95 +p99 +memory/);
  expect(first).toMatch(/^1,000 /);
  expect(second).toMatch(/^2,000 /);
  expect(slope).toMatch(/^slope of the last step( +-?\d+\.\d\d){9}$/);
});

test('times have at least two significant digits, and no exponent', () => {
  expect([0.0123, 9.87, 99.4, 99.6, 104.4].map(milliseconds)).toEqual([
    '0.012 ms',
    '9.9 ms',
    '99 ms',
    '100 ms',
    '104 ms',
  ]);
});
