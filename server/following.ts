import type { SearchError } from '../lib/errors.ts';

/** Why what changes in the folders that are followed is not indexed now; after `ended` it is not until the next start. */
export type Trouble = 'disk-full' | 'cannot-write' | 'ended';

/** The trouble there is now, or null. */
export type Following = () => Trouble | null;

/** @param error that an index met which is to be written */
export function troubleOf({ cause }: SearchError): Trouble {
  const { code } = (cause ?? {}) as { readonly code?: string };
  return code === 'SQLITE_FULL' ? 'disk-full' : 'cannot-write';
}
