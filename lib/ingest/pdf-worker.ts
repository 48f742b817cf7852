import { parentPort } from 'node:worker_threads';

/** A run of text on a page. */
export interface PdfItem {
  readonly text: string;
  readonly endsLine: boolean;
  /** Font height, in the units of `y`. */
  readonly height: number;
  /** Position of the baseline; grows upwards. */
  readonly y: number;
}

/** What is read from a PDF. */
export interface PdfContents {
  readonly title: string;
  /** As in the file: D:20240501120000Z. */
  readonly created: string;
  readonly pages: readonly (readonly PdfItem[])[];
}

/** The message that answers one file: its contents, or the error of pdf.js. */
export type PdfAnswer =
  | { readonly contents: PdfContents }
  | { readonly failure: { readonly name: string; readonly message: string } };

/** A text item of pdf.js; marks are filtered out. */
interface TextItem {
  readonly str: string;
  readonly hasEOL: boolean;
  readonly height: number;
  readonly transform: readonly [number, number, number, number, x: number, y: number];
}

/**
 * A thread that reads the text of PDFs, one after another. On damaged files, pdf.js rejects promises that nobody
 * awaits, which would end the process.
 */
process.on('unhandledRejection', () => {});
// pdf.js prints warnings; the program's output must stay clean.
const { stdout, stderr } = process;
stdout.write = stderr.write = () => true;

async function read(bytes: Uint8Array): Promise<PdfContents> {
  const { getDocumentProxy } = await import('unpdf');
  const pdf = await getDocumentProxy(bytes, { verbosity: 0 });
  try {
    const info = (await pdf.getMetadata()).info as Record<string, unknown>;
    const pages: PdfItem[][] = [];
    for (let number = 1; number <= pdf.numPages; number++) {
      const page = await pdf.getPage(number);
      const { items } = await page.getTextContent();
      const texts = (items as TextItem[]).filter(({ str }) => typeof str === 'string');
      pages.push(
        texts.map(({ str, hasEOL, height, transform }) => {
          return { text: str, endsLine: hasEOL, height, y: transform[5] };
        }),
      );
      page.cleanup();
    }
    return { title: textOf(info.Title), created: textOf(info.CreationDate), pages };
  } finally {
    await pdf.destroy();
  }
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

parentPort?.on('message', async (bytes: Uint8Array) => {
  const answer = await read(bytes).then(
    (contents): PdfAnswer => ({ contents }),
    (error): PdfAnswer => ({ failure: { name: textOf(error?.name), message: textOf(error?.message) } }),
  );
  parentPort?.postMessage(answer);
});
