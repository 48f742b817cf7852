import { once } from 'node:events';
import { setTimeout } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { packageFile } from '../root.ts';
import { serialQueue } from '../turns.ts';
import type { PdfAnswer, PdfContents } from './pdf-worker.ts';
import { ReadError } from './reader.ts';

/** Started for the first PDF and kept, because loading pdf.js takes longer than reading most files. */
let worker: Worker | null = null;
/** The worker reads one file at a time. */
const inTurn = serialQueue();

/**
 * Extracts the text of a PDF with its positions, in a worker thread that can be stopped.
 *
 * @param bytes        copied; the caller keeps them
 * @param timeLimitMs  milliseconds
 * @throws {ReadError} encrypted, malformed, or not done after timeLimitMs
 */
export function extractPdf(bytes: Uint8Array, timeLimitMs: number): Promise<PdfContents> {
  return inTurn(() => ask(bytes, timeLimitMs));
}

async function ask(bytes: Uint8Array, timeLimitMs: number): Promise<PdfContents> {
  worker ??= new Worker(packageFile('dist/lib/ingest/pdf-worker.js'), {
    execArgv: [],
    resourceLimits: { maxOldGenerationSizeMb: 1024 },
  });
  const asked = worker;
  asked.ref();
  // pdf.js rejects a Node Buffer, and detaches the buffer that it gets.
  asked.postMessage(new Uint8Array(bytes));
  let answer: PdfAnswer;
  try {
    answer = await answerOf(asked, timeLimitMs);
  } catch (error) {
    // Too slow, out of memory or ended: the next file gets a new thread.
    worker = null;
    void asked.terminate();
    throw error instanceof ReadError ? error : new ReadError(reasonOf(error as Error));
  } finally {
    asked.unref(); // an idle worker must not keep the process alive
  }
  if ('failure' in answer) throw new ReadError(reasonOf(answer.failure));
  return answer.contents;
}

async function answerOf(asked: Worker, timeLimitMs: number): Promise<PdfAnswer> {
  const over = new AbortController();
  const { signal } = over;
  const started = performance.now();
  const giveUp = (reason: string) => () => {
    throw new ReadError(reason);
  };
  const tooLate = giveUp(`reading it takes more than ${timeLimitMs / 1000} s`);
  try {
    const [answer] = await Promise.race([
      once(asked, 'message', { signal }),
      once(asked, 'exit', { signal }).then(giveUp('a malformed PDF: reading it ended the reader')),
      setTimeout(timeLimitMs, null, { signal }).then(tooLate),
    ]);
    // If this thread was busy, the late answer may arrive before the timer.
    if (performance.now() - started >= timeLimitMs) tooLate();
    return answer as PdfAnswer;
  } finally {
    over.abort();
  }
}

function reasonOf({ name, message }: { readonly name: string; readonly message: string }): string {
  if (name === 'PasswordException') return 'an encrypted PDF; save a copy without a password';
  if (name === 'InvalidPDFException') return 'a malformed PDF: its structure cannot be read';
  return `a malformed PDF: ${message || 'unknown error'}`;
}
