import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { IndexMeasurement, Job, Measurement, OnProgress, SearchMeasurement } from './bench-measure.ts';
import { inChild } from './in-child.ts';

export type Measure = (job: Job, onProgress: OnProgress) => Promise<Measurement>;

export interface Measured {
  readonly kind: 'measured';
  readonly version: string;
  readonly index: IndexMeasurement;
  readonly openAnewMs: number | null;
  readonly search: SearchMeasurement;
}

/** The result for one system: its measurement, or why there is none. */
export type Outcome = Measured | { readonly kind: 'failed'; readonly reason: string };

/**
 * Systems with an index file. They are reopened before searching, as a server would; the others live in
 * memory.
 */
const ON_DISK = new Set(['attention', 'fts5']);

/** Measures a system from indexing to the last query. Never throws: a failure is part of the outcome. */
export async function runSystem(
  system: string,
  settings: Pick<Job, 'documents' | 'queries' | 'warmUp' | 'budgetMs'>,
  measure: Measure,
  onProgress: OnProgress,
): Promise<Outcome> {
  const folder = mkdtempSync(join(tmpdir(), 'qkv-bench-'));
  const labelled: OnProgress = ({ phase, ...rest }) => onProgress({ phase: `${system}: ${phase}`, ...rest });
  const run = (phase: Job['phase']) =>
    measure({ ...settings, system, phase, path: join(folder, 'bench.db') }, labelled);
  try {
    const built = await run(ON_DISK.has(system) ? 'index' : 'both');
    // Each phase has a process of its own, so that memory used while opening does not count as the
    // server's.
    const { search } = ON_DISK.has(system) ? await run('search') : built;
    const { openAnewMs } = ON_DISK.has(system) ? await run('anew') : built;
    if (!built.index || !search) throw new Error('it was not measured');
    return { kind: 'measured', version: built.version, index: built.index, openAnewMs, search };
  } catch (error) {
    return { kind: 'failed', reason: error instanceof Error ? error.message : String(error) };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/**
 * Measures in a child process, so that resident memory is that of one system. Its time limit is three
 * budgets, since opening takes time, too.
 */
export const measureInChild: Measure = (job, onProgress) =>
  inChild<Parameters<OnProgress>[0], Measurement>(
    { module: 'bench-child', budgetMs: 3 * job.budgetMs, execArgv: ['--expose-gc'] },
    [job],
    onProgress,
  );
