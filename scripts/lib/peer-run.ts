import type { Collection, JudgedQuery } from '../../lib/evaluate/beir.ts';
import { type Measures, measureSystem } from '../../lib/evaluate/measure.ts';
import { createPeer, type PeerName } from '../peers/index.ts';
import type { PeerDocument } from '../peers/peer.ts';
import { inChild } from './in-child.ts';
import type { PeerTask } from './peer-child.ts';

/**
 * Measures a peer on a collection; resolves to one record per query.
 *
 * @param budgetMs  time limit for indexing and all queries together
 * @throws {Error} whose message says why there is no measurement
 */
export type RunPeer = (
  name: PeerName,
  collection: Collection,
  budgetMs: number,
  onQuery: () => void,
) => Promise<Measures[]>;

/** Documents per message to the child. */
const BATCH = 1000;

/** Measures a peer in the calling process. */
export async function measurePeer(
  name: PeerName,
  documents: readonly PeerDocument[],
  queries: readonly JudgedQuery[],
  onQuery: () => void,
): Promise<Measures[]> {
  const peer = await createPeer(name);
  try {
    await peer.index(documents);
    return await measureSystem(peer, queries, onQuery);
  } finally {
    peer.close?.();
  }
}

/** Runs in a child process, which is killed when the budget is used up. */
export const runPeerInChild: RunPeer = (name, { documents, queries }, budgetMs, onQuery) =>
  inChild<null, Measures[]>({ module: 'peer-child', budgetMs }, peerTasks(name, documents, queries), onQuery);

function* peerTasks(
  name: PeerName,
  documents: Collection['documents'],
  queries: readonly JudgedQuery[],
): Generator<PeerTask> {
  for (let from = 0; from < documents.length; from += BATCH)
    yield { documents: documents.slice(from, from + BATCH).map(peerDocument) };
  yield { name, queries };
}

/** What a peer indexes of a document. */
export function peerDocument({ uri, title, content }: Collection['documents'][number]): PeerDocument {
  return { id: uri, title, text: content };
}
