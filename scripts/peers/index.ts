import { CommandError } from '../lib/cli.ts';
import type { Peer } from './peer.ts';

export interface PeerOptions {
  /** File for peers that keep their index on disk; in memory by default. */
  readonly path?: string;
}

/** Imported dynamically: peers are devDependencies, and one must not count in the memory of another. */
const LOADERS = {
  bm25: async () => (await import('./bm25.ts')).createBm25(),
  minisearch: async () => (await import('./minisearch.ts')).createMiniSearch(),
  'minisearch-stemmed': async () => (await import('./minisearch.ts')).createMiniSearch({ stemmed: true }),
  orama: async () => (await import('./orama.ts')).createOrama(),
  'orama-stemmed': async () => (await import('./orama.ts')).createOrama({ stemmed: true }),
  flexsearch: async () => (await import('./flexsearch.ts')).createFlexSearch(),
  lunr: async () => (await import('./lunr.ts')).createLunr(),
  fts5: async ({ path }: PeerOptions) => (await import('./fts5.ts')).createFts5(path),
} satisfies Record<string, (options: PeerOptions) => Promise<Peer>>;

export type PeerName = keyof typeof LOADERS;

/** Names of all peers. `bm25` is our own reference implementation, not a product. */
export const PEER_NAMES = Object.keys(LOADERS) as PeerName[];

/** Creates an empty peer. @throws {CommandError} when its package is not installed */
export async function createPeer(name: PeerName, options: PeerOptions = {}): Promise<Peer> {
  try {
    return await LOADERS[name](options);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ERR_MODULE_NOT_FOUND') throw error;
    throw new CommandError(
      `${name} is not installed. Other engines are development dependencies: run "npm ci" (without --omit=dev), or leave it out with --systems.`,
    );
  }
}
