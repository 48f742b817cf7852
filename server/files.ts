import { realpathSync, statSync } from 'node:fs';
import { dirname, extname, join, resolve, sep } from 'node:path';
import type { StoredDocument } from '../lib/store/store.ts';

const IMAGES: Readonly<Record<string, string>> = {
  '.png': 'image/png',
  '.jpg': 'image/jpeg',
  '.jpeg': 'image/jpeg',
  '.gif': 'image/gif',
  '.webp': 'image/webp',
  '.avif': 'image/avif',
};
const LARGEST = 20_000_000;

/** The indexed folder a document came from; null for a program's or a single file's. */
function rootOf({ sourcePath }: StoredDocument): string | null {
  try {
    return sourcePath !== '' && statSync(sourcePath).isDirectory() ? realpathSync(sourcePath) : null;
  } catch {
    return null;
  }
}

/** The file of a document as it lies on this machine; null for a document without one. */
export function fileOf(document: StoredDocument): string | null {
  if (document.sourcePath === '' || document.filePath === null) return null;
  const root = rootOf(document);
  return root === null ? document.sourcePath : join(root, document.filePath);
}

export function isGone(document: StoredDocument): boolean {
  const file = fileOf(document);
  return file !== null && statSync(file, { throwIfNoEntry: false }) === undefined;
}

/**
 * A picture that a note shows: next to the note, or from the top of the indexed folder. Links
 * are followed before the check, so that nothing outside the folder is ever read; hidden names
 * and what is no picture are refused.
 */
export function findImage(
  document: StoredDocument,
  path: string,
): { readonly path: string; readonly type: string } | null {
  const root = rootOf(document);
  const type = IMAGES[extname(path).toLowerCase()];
  if (root === null || document.filePath === null || type === undefined || path.includes('\0')) return null;
  const besides = resolve(root, dirname(document.filePath), path);
  for (const candidate of [besides, resolve(root, path)]) {
    try {
      const real = realpathSync(candidate);
      const inside = real.startsWith(root.endsWith(sep) ? root : root + sep);
      const hidden = real
        .slice(root.length)
        .split(sep)
        .some((part) => part.startsWith('.'));
      const stats = statSync(real);
      if (inside && !hidden && stats.isFile() && stats.size <= LARGEST) return { path: real, type };
    } catch {
      // Not there: try the next place.
    }
  }
  return null;
}

/** Opens the note in Obsidian when its folder is a vault. */
export function obsidianLink(document: StoredDocument): string | null {
  const root = rootOf(document);
  const file = fileOf(document);
  if (root === null || file === null) return null;
  const isVault = statSync(join(root, '.obsidian'), { throwIfNoEntry: false })?.isDirectory() ?? false;
  return isVault ? `obsidian://open?path=${encodeURIComponent(file)}` : null;
}
