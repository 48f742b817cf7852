import { expect } from 'vitest';
import type { DocumentInput } from '../../lib/document.ts';
import { readDocuments } from '../../lib/ingest/read.ts';
import { ReadError } from '../../lib/ingest/reader.ts';

export function bytesOf(content: string | Uint8Array): Uint8Array {
  return typeof content === 'string' ? new TextEncoder().encode(content) : content;
}

/** Reads a file given by its content; nothing is on disk. */
export function readAll(relative: string, content: string | Uint8Array) {
  return readDocuments({ path: `/vault/${relative}`, relative, bytes: bytesOf(content) });
}

/** The document of a file, which must hold exactly one and give no warning. */
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

/** The reason for which a file is refused; fails if it is read. */
export async function reasonFor(relative: string, content: string | Uint8Array): Promise<string> {
  try {
    await readAll(relative, content);
  } catch (error) {
    if (error instanceof ReadError) return error.reason;
    throw error;
  }
  throw new Error(`${relative} was read`);
}
