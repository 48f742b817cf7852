import { expect } from 'vitest';
import type { DocumentInput } from '../../lib/document.ts';
import { readDocuments } from '../../lib/ingest/read.ts';
import { ReadError } from '../../lib/ingest/reader.ts';

export function bytesOf(content: string | Uint8Array): Uint8Array {
  return typeof content === 'string' ? new TextEncoder().encode(content) : content;
}

/** Reads a file that exists only here. */
export function readAll(relative: string, content: string | Uint8Array) {
  return readDocuments({ path: `/vault/${relative}`, relative, bytes: bytesOf(content) });
}

/** The one document of a file that holds one and gives no warning. */
export async function readOne(relative: string, content: string | Uint8Array): Promise<DocumentInput> {
  const { documents, warnings } = await readAll(relative, content);
  expect(warnings).toEqual([]);
  expect(documents).toHaveLength(1);
  return documents[0]!;
}

/** The content of a Markdown note named note.md. */
export async function contentOf(markdown: string): Promise<string> {
  return (await readOne('note.md', markdown)).content;
}

/** The reason a file is refused for. */
export async function reasonFor(relative: string, content: string | Uint8Array): Promise<string> {
  try {
    await readAll(relative, content);
  } catch (error) {
    if (error instanceof ReadError) return error.reason;
    throw error;
  }
  throw new Error(`${relative} was read`);
}
