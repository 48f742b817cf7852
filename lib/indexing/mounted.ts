import { readdirSync, statSync } from 'node:fs';

/**
 * What tells one file or folder from another that came in its place: device and inode. A disk
 * that is not mounted leaves an empty folder behind, and that folder is another one.
 *
 * @returns null when nothing is there, or the system will not say
 */
export function identityOf(path: string): string | null {
  try {
    const { dev, ino } = statSync(path, { bigint: true });
    return `${dev}:${ino}`;
  } catch {
    return null;
  }
}

/** Whether a path is an empty folder that is not the one known as `identity`: nothing can be told from it. */
export function isLeftEmpty(path: string, identity: string | null): boolean {
  try {
    return identity !== null && identityOf(path) !== identity && readdirSync(path).length === 0;
  } catch {
    return false; // a file, or gone altogether
  }
}
