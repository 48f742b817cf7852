import { fork, type Serializable } from 'node:child_process';
import { extname } from 'node:path';
import { fileURLToPath } from 'node:url';

/** What a child says to who began it: any number of times what it has done, and one of the others. */
type Message<Progress, Result> =
  | { readonly progress: Progress }
  | { readonly result: Result }
  | { readonly error: string };

export interface Child {
  /** Its file in this folder, without extension; it takes tasks and ends with `answerParent`. */
  readonly module: string;
  /** Ended when it is still busy after so long: not every engine can be stopped half-way. */
  readonly budgetMs: number;
  /** Options of its Node. */
  readonly execArgv?: readonly string[];
}

/** Of its heap, in megabytes: what indexes in memory needs more than Node gives it on a machine of 8 GB. */
const HEAP = 4096;

/**
 * Hands tasks to a process of its own and waits for its result.
 *
 * @throws {Error} which says why there is none
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
      serialization: 'advanced', // judgements are maps
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'], // V8 writes a page when memory runs out
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
        if (!child.connected) return; // its exit says why
        await new Promise<void>((sent) => child.send(task, () => sent()));
      }
    })();
  });
}

/** In the child: works, tells how it came out, and ends the process; also when whoever asked is gone. */
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
