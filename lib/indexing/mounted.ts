import { readdirSync, realpathSync, statSync } from 'node:fs';
import { resolve } from 'node:path';

/**
 * Device and inode, which distinguish a file or folder from another at the same path. An unmounted disk leaves an
 * empty folder at its mount point, with another identity.
 *
 * @returns null if nothing is there, or the system refuses to tell
 */
export function identityOf(path: string): string | null {
  try {
    const { dev, ino } = statSync(path, { bigint: true });
    return `${dev}:${ino}`;
  } catch {
    return null;
  }
}

/** The absolute path, with links resolved; not resolved if nothing is there, or the system refuses to tell. */
export function inFull(path: string): string {
  return identityOf(path) === null ? resolve(path) : realpathSync(path);
}

/**
 * Whether a path is an empty folder with another identity than `identity`: nothing can be concluded from it being
 * empty.
 */
export function isLeftEmpty(path: string, identity: string | null): boolean {
  try {
    return identity !== null && identityOf(path) !== identity && readdirSync(path).length === 0;
  } catch {
    return false; // a file, or nothing at all
  }
}
