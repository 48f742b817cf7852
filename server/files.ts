import { realpathSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileAt } from '../lib/ingest/spellings.ts';
import type { StoredDocument } from '../lib/store/store.ts';

/**
 * The indexed folder a document came from, with links resolved. Null for a document that a program
 * indexed, for one indexed as a single file, and for a folder that is gone.
 */
export function rootOf({ sourcePath }: Pick<StoredDocument, 'sourcePath'>): string | null {
  try {
    return sourcePath !== '' && statSync(sourcePath).isDirectory() ? realpathSync(sourcePath) : null;
  } catch {
    return null;
  }
}

/** Path of a document's file on this machine; null for a document without one. */
export function fileOf(document: StoredDocument): string | null {
  if (document.sourcePath === '' || document.filePath === null) return null;
  const root = rootOf(document);
  return root === null
    ? document.sourcePath
    : (fileAt(root, document.filePath) ?? join(root, document.filePath));
}

/** Whether a document's file no longer exists. False for a document without a file. */
export function isGone(document: StoredDocument): boolean {
  const file = fileOf(document);
  return file !== null && statSync(file, { throwIfNoEntry: false }) === undefined;
}

/** An obsidian:// link to the note; null when its folder is not an Obsidian vault. */
export function obsidianLink(document: StoredDocument): string | null {
  const root = rootOf(document);
  const file = fileOf(document);
  if (root === null || file === null) return null;
  const isVault = statSync(join(root, '.obsidian'), { throwIfNoEntry: false })?.isDirectory() ?? false;
  return isVault ? `obsidian://open?path=${encodeURIComponent(file)}` : null;
}
