import { fork } from 'node:child_process';
import { extname } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Collection, JudgedQuery } from '../../lib/evaluate/beir.ts';
import { type Measures, measureSystem } from '../../lib/evaluate/measure.ts';
import { createPeer, type PeerName } from '../peers/index.ts';
import type { PeerDocument } from '../peers/peer.ts';
import type { PeerMessage, PeerTask } from './peer-child.ts';

/**
 * Measures a peer on a collection, in one record per query.
 *
 * @param budgetMs  for indexing and all queries together
 * @throws {Error} which says why there is no measurement
 */
export type RunPeer = (
  name: PeerName,
  collection: Collection,
  budgetMs: number,
  onQuery: () => void,
) => Promise<Measures[]>;

/** Documents of one message. */
const BATCH = 1000;
/** Of a peer's heap, in megabytes: what indexes in memory needs more than Node gives it on a machine of 8 GB. */
const HEAP = 4096;

/** In the process that asks for it. */
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

/** In this process: no budget holds here, and a peer that runs out of memory takes all else with it. */
export const runPeerHere: RunPeer = (name, { documents, queries }, _, onQuery) =>
  measurePeer(name, documents.map(peerDocument), queries, onQuery);

/** In a process of its own, which is ended when the budget is used up. */
export const runPeerInChild: RunPeer = (name, { documents, queries }, budgetMs, onQuery) =>
  new Promise((resolve, reject) => {
    const path = fileURLToPath(new URL(`./peer-child${extname(import.meta.url)}`, import.meta.url));
    const child = fork(path, {
      execArgv: [`--max-old-space-size=${HEAP}`],
      serialization: 'advanced', // judgements are maps
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'], // V8 writes a page when memory runs out
    });
    const timer = setTimeout(() => {
      child.kill('SIGKILL');
      reject(new Error(`not done after ${Math.round(budgetMs / 1000)} s`));
    }, budgetMs);
    child.on('message', (message: PeerMessage) => {
      if ('asked' in message) onQuery();
      else if ('measured' in message) resolve(message.measured);
      else reject(new Error(message.error));
    });
    child.on('error', reject);
    child.on('exit', (code, signal) => {
      clearTimeout(timer);
      const how =
        signal === 'SIGABRT'
          ? `it needs more memory than ${HEAP / 1024} GB`
          : `its process ended with ${signal ?? `exit code ${code}`}`;
      reject(new Error(how)); // no effect once resolved
    });
    const send = (task: PeerTask) =>
      new Promise<void>((sent) => {
        child.send(task, () => sent()); // a child that is gone says so by its exit
      });
    void (async () => {
      for (let from = 0; from < documents.length && child.connected; from += BATCH)
        await send({ documents: documents.slice(from, from + BATCH).map(peerDocument) });
      if (child.connected) await send({ name, queries });
    })();
  });

function peerDocument({ uri, title, content }: Collection['documents'][number]): PeerDocument {
  return { id: uri, title, text: content };
}
