import { fork } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ChildMessage } from './bench-child.ts';
import type { IndexMeasurement, Job, Measurement, OnProgress, SearchMeasurement } from './bench-measure.ts';

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

/**
 * Measures in a new process, so that resident memory is that of one system. The process is
 * ended when it is still busy after three budgets: not every engine can be stopped half-way.
 */
export const measureInChild: Measure = (job, onProgress) =>
  new Promise((resolve, reject) => {
    const path = fileURLToPath(new URL(`./bench-child${extname(import.meta.url)}`, import.meta.url));
    const child = fork(path, {
      execArgv: ['--expose-gc', '--max-old-space-size=4096'],
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    });
    const timer = setTimeout(() => {
      child.kill('SIGKILL');
      reject(new Error(`not done after ${Math.round((3 * job.budgetMs) / 1000)} s`));
    }, 3 * job.budgetMs);
    child.on('message', (message: ChildMessage) => {
      if ('progress' in message) onProgress(message.progress);
      else if ('measurement' in message) resolve(message.measurement);
      else reject(new Error(message.error));
    });
    child.on('error', reject);
    child.on('exit', (code, signal) => {
      clearTimeout(timer);
      reject(new Error(`its process ended with ${signal ?? `exit code ${code}`}`)); // no effect once resolved
    });
    child.send(job);
  });
