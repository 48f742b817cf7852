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

/** What became of one system: its measurement, or why there is none. */
export type Outcome = Measured | { readonly kind: 'failed'; readonly reason: string };

/** Systems with an index file are opened anew to be searched, as a server would; the others live in memory. */
const ON_DISK = new Set(['attention', 'fts5']);

/** Measures a system from corpus to last query. A system that fails is reported, not thrown. */
export async function runSystem(
  system: string,
  settings: Pick<Job, 'documents' | 'queries' | 'budgetMs'>,
  measure: Measure,
  onProgress: OnProgress,
): Promise<Outcome> {
  const folder = mkdtempSync(join(tmpdir(), 'qkv-bench-'));
  const labelled: OnProgress = ({ phase, ...rest }) => onProgress({ phase: `${system}: ${phase}`, ...rest });
  const run = (phase: Job['phase']) =>
    measure({ ...settings, system, phase, path: join(folder, 'bench.db') }, labelled);
  try {
    const built = await run(ON_DISK.has(system) ? 'index' : 'both');
    // A process each: what an opening needs is not what a server holds.
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

/** Measures in a new process, so that resident memory is that of one system; three budgets are for opening and indexing, too. */
export const measureInChild: Measure = (job, onProgress) =>
  inChild<Parameters<OnProgress>[0], Measurement>(
    { module: 'bench-child', budgetMs: 3 * job.budgetMs, execArgv: ['--expose-gc'] },
    [job],
    onProgress,
  );
