import { existsSync, readFileSync } from 'node:fs';
import { beforeAll, describe, expect, test } from 'vitest';
import type { DocumentInput } from '../../lib/document.ts';
import { readDocuments } from '../../lib/ingest/read.ts';
import { type WalkedFile, walk } from '../../lib/ingest/walk.ts';

/** A folder of real Korean notes, if this machine has one; it is not part of the repository. */
const VAULT = process.env.QKV_VAULT ?? '/work/shared/vaults/tech-interview-ko';

describe.skipIf(!existsSync(VAULT))('a vault of real notes', () => {
  const documents: DocumentInput[] = [];
  beforeAll(async () => {
    for (const entry of walk(VAULT)) {
      if ('skipped' in entry) continue;
      const file: WalkedFile = entry;
      const { documents: read } = await readDocuments({ ...file, bytes: readFileSync(file.path) });
      documents.push(...read);
    }
  });

  test('every note is read', () => {
    expect(documents).toHaveLength(196);
  });

  test('titles are words, not mark-up', () => {
    const odd = documents.filter(
      ({ title }) => /[*`<>]|^#|\]\(|^\s|\s$/.test(title) && !title.startsWith('#0'),
    );
    expect(odd.map(({ title }) => title)).toEqual([]);
  });

  test('contents are text, not mark-up', () => {
    const marked = documents.filter(({ content }) =>
      /!?\[[^\]\n]*\]\(http|^<br\s*\/?>$|&nbsp;/m.test(content),
    );
    expect(marked.map(({ uri }) => uri)).toEqual([]);
  });
});
