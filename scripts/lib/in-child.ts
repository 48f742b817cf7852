import { fork, type Serializable } from 'node:child_process';
import { extname } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Messages from the child: any number of `progress`, then one `result` or `error`. */
type Message<Progress, Result> =
  | { readonly progress: Progress }
  | { readonly result: Result }
  | { readonly error: string };

export interface Child {
  /** Module in this folder, without extension, that receives tasks and calls `answerParent`. */
  readonly module: string;
  /** Milliseconds after which the child is killed: not every engine can be interrupted. */
  readonly budgetMs: number;
  /** Command-line options of its Node process. */
  readonly execArgv?: readonly string[];
}

/** Heap limit in megabytes. In-memory engines need more than Node's default on a machine of 8 GB. */
const HEAP = 4096;

/**
 * Sends tasks to a child process and resolves to its result.
 *
 * @throws {Error} whose message says why there is no result
 */
export function inChild<Progress, Result>(
  { module, budgetMs, execArgv = [] }: Child,
  tasks: Iterable<Serializable>,
  onProgress: (progress: Progress) => void,
): Promise<Result> {
  return new Promise((resolve, reject) => {
    const path = fileURLToPath(new URL(`./${module}${extname(import.meta.url)}`, import.meta.url));
    const child = fork(path, {
      execArgv: [`--max-old-space-size=${HEAP}`, ...execArgv],
      serialization: 'advanced', // structured clone, as judgements are Maps
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'], // V8 prints a page of text when it runs out of memory
    });
    const timer = setTimeout(() => {
      child.kill('SIGKILL');
      reject(new Error(`not done after ${Math.round(budgetMs / 1000)} s`));
    }, budgetMs);
    child.on('message', (message: Message<Progress, Result>) => {
      if ('progress' in message) onProgress(message.progress);
      else if ('result' in message) resolve(message.result);
      else reject(new Error(message.error));
    });
    child.on('error', reject);
    child.on('exit', (code, signal) => {
      clearTimeout(timer);
      const how =
        signal === 'SIGABRT'
          ? `it needs more memory than ${HEAP / 1024} GB`
          : `its process ended with ${signal ?? `exit code ${code}`}`;
      reject(new Error(how)); // no effect once resolved
    });
    void (async () => {
      for (const task of tasks) {
        if (!child.connected) return; // the exit handler reports why
        await new Promise<void>((sent) => child.send(task, () => sent()));
      }
    })();
  });
}

/**
 * Runs in the child: does the work, sends its result or error, and ends the process. It also exits when
 * the parent is gone.
 */
export async function answerParent<Progress, Result>(
  work: (onProgress: (progress: Progress) => void) => Promise<Result>,
): Promise<void> {
  process.once('disconnect', () => process.exit());
  const send = (message: Message<Progress, Result>) => process.send?.(message);
  try {
    send({ result: await work((progress) => send({ progress })) });
  } catch (error) {
    send({ error: error instanceof Error ? error.message : String(error) });
  } finally {
    process.disconnect();
  }
}
