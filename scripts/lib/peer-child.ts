// The process a peer is measured in: gets documents, then its name and the queries; sends one Measures for each.
import type { JudgedQuery } from '../../lib/evaluate/beir.ts';
import type { Measures } from '../../lib/evaluate/measure.ts';
import type { PeerName } from '../peers/index.ts';
import type { PeerDocument } from '../peers/peer.ts';
import { measurePeer } from './peer-run.ts';

export type PeerTask =
  | { readonly documents: readonly PeerDocument[] }
  | { readonly name: PeerName; readonly queries: readonly JudgedQuery[] };

export type PeerMessage =
  | { readonly asked: true }
  | { readonly measured: Measures[] }
  | { readonly error: string };

const documents: PeerDocument[] = [];

function send(message: PeerMessage): void {
  process.send?.(message);
}

// Also when whoever asked is gone.
process.once('disconnect', () => process.exit());

process.on('message', async (task: PeerTask) => {
  if ('documents' in task) {
    for (const document of task.documents) documents.push(document);
    return;
  }
  try {
    send({ measured: await measurePeer(task.name, documents, task.queries, () => send({ asked: true })) });
  } catch (error) {
    send({ error: error instanceof Error ? error.message : String(error) });
  } finally {
    process.disconnect();
  }
});
