import { parentPort } from 'node:worker_threads';

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

export type PdfAnswer =
  | { readonly contents: PdfContents }
  | { readonly failure: { readonly name: string; readonly message: string } };

/** As pdf.js has it, where it is no mark. */
interface TextItem {
  readonly str: string;
  readonly hasEOL: boolean;
  readonly height: number;
  readonly transform: readonly [number, number, number, number, x: number, y: number];
}

/**
 * A thread that reads the text of PDFs, one after another. Damaged files make pdf.js reject
 * promises that it has let go of; elsewhere that would end the process.
 */
process.on('unhandledRejection', () => {});
// pdf.js prints warnings; nothing here may print.
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
