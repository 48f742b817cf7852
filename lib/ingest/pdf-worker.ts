import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import { Worker } from 'node:worker_threads';
import { ReadError } from './reader.ts';

/** A run of text on a page. */
export interface PdfItem {
  readonly text: string;
  readonly endsLine: boolean;
  /** Height of the font, in the units of `y`. */
  readonly height: number;
  /** Of the baseline, growing upwards. */
  readonly y: number;
}

export interface PdfContents {
  readonly title: string;
  /** As the file has it: D:20240501120000Z. */
  readonly created: string;
  readonly pages: readonly (readonly PdfItem[])[];
}

type Answer =
  | { readonly contents: PdfContents }
  | { readonly failure: { readonly name: string; readonly message: string } };

/**
 * Runs in the worker. Plain JavaScript in a string: Node 20 starts no worker from TypeScript,
 * and so it is the same in the sources and in the build. Damaged files make pdf.js reject
 * promises that it has let go of; out here that would end the process.
 */
const PROGRAM = `
const { parentPort, workerData } = require('node:worker_threads');
process.on('unhandledRejection', () => {});
// pdf.js prints warnings; nothing here may print.
const { stdout, stderr } = process;
stdout.write = stderr.write = () => true;
const text = (value) => (typeof value === 'string' ? value : '');

async function read(bytes) {
  const { getDocumentProxy } = await import(workerData.unpdf);
  const pdf = await getDocumentProxy(bytes, { verbosity: 0 });
  try {
    const { info } = await pdf.getMetadata();
    const pages = [];
    for (let number = 1; number <= pdf.numPages; number++) {
      const page = await pdf.getPage(number);
      const { items } = await page.getTextContent();
      pages.push(items.filter((item) => typeof item.str === 'string').map((item) => ({
        text: item.str, endsLine: item.hasEOL, height: item.height, y: item.transform[5],
      })));
      page.cleanup();
    }
    return { title: text(info.Title), created: text(info.CreationDate), pages };
  } finally {
    await pdf.destroy();
  }
}

parentPort.on('message', (bytes) => {
  read(bytes).then(
    (contents) => parentPort.postMessage({ contents }),
    (error) => parentPort.postMessage({ failure: { name: text(error?.name), message: text(error?.message) } }),
  );
});
`;

/** Started with the first PDF and kept: loading pdf.js takes longer than reading most files. */
let worker: Worker | null = null;
/** One file at a time. */
let previous: Promise<unknown> = Promise.resolve();

/**
 * The text of a PDF with its positions, extracted in a thread that can be stopped.
 *
 * @param bytes  copied; the caller keeps them
 * @throws {ReadError} encrypted, malformed, or still not done after timeLimitMs
 */
export function extractPdf(bytes: Uint8Array, timeLimitMs: number): Promise<PdfContents> {
  const result = previous.then(() => ask(bytes, timeLimitMs));
  previous = result.catch(() => undefined);
  return result;
}

function ask(bytes: Uint8Array, timeLimitMs: number): Promise<PdfContents> {
  worker ??= startWorker();
  const asked = worker;
  return new Promise<PdfContents>((resolve, reject) => {
    const finish = (): void => {
      clearTimeout(timer);
      asked.off('message', answered).off('error', failed).off('exit', ended);
      asked.unref(); // an idle worker keeps no process alive
    };
    const giveUp = (reason: string): void => {
      finish();
      worker = null;
      void asked.terminate();
      reject(new ReadError(reason));
    };
    const tooLate = (): void => giveUp(`reading it takes more than ${timeLimitMs / 1000} s`);
    const deadline = performance.now() + timeLimitMs;
    const answered = (answer: Answer): void => {
      // The timer may come second when this thread was busy.
      if (performance.now() >= deadline) {
        tooLate();
        return;
      }
      finish();
      if ('contents' in answer) resolve(answer.contents);
      else reject(new ReadError(reasonOf(answer.failure)));
    };
    // Thrown outside of any promise, or out of memory: the thread is gone, the next file gets a new one.
    const failed = (error: Error): void => giveUp(reasonOf(error));
    const ended = (): void => giveUp('a malformed PDF: reading it ended the reader');
    const timer = setTimeout(tooLate, timeLimitMs);
    asked.ref();
    asked.on('message', answered).on('error', failed).on('exit', ended);
    // pdf.js refuses Node's Buffer, and takes a buffer away from its owner.
    asked.postMessage(new Uint8Array(bytes));
  });
}

function startWorker(): Worker {
  const unpdf = pathToFileURL(createRequire(import.meta.url).resolve('unpdf')).href;
  return new Worker(PROGRAM, {
    eval: true,
    workerData: { unpdf },
    execArgv: [],
    resourceLimits: { maxOldGenerationSizeMb: 1024 },
  });
}

function reasonOf({ name, message }: { readonly name: string; readonly message: string }): string {
  if (name === 'PasswordException') return 'an encrypted PDF; save a copy without a password';
  if (name === 'InvalidPDFException') return 'a malformed PDF: its structure cannot be read';
  return `a malformed PDF: ${message || 'unknown error'}`;
}
