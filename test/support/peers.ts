import { measurePeer, peerDocument, type RunPeer } from '../../scripts/lib/peer-run.ts';

/** Measures a peer in this process: without a time limit. */
export const runPeerHere: RunPeer = (name, { documents, queries }, _, onQuery) =>
  measurePeer(name, documents.map(peerDocument), queries, onQuery);
