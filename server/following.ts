import type { SearchError } from '../lib/errors.ts';

/**
 * Why changes in the watched folders are not indexed now. `ended` lasts until the server is started
 * again.
 */
export type Trouble = 'disk-full' | 'cannot-write' | 'ended';

/** Returns the current trouble, or null. */
export type Following = () => Trouble | null;

/**
 * Classifies an error by its SQLite cause.
 *
 * @param error  thrown while writing the index
 */
export function troubleOf({ cause }: SearchError): Trouble {
  const { code } = (cause ?? {}) as { readonly code?: string };
  return code === 'SQLITE_FULL' ? 'disk-full' : 'cannot-write';
}
