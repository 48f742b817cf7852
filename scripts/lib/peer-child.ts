// Child process that measures a peer: receives the documents in batches, then the peer's name and the
// queries; sends one Measures record per query.
import type { JudgedQuery } from '../../lib/evaluate/beir.ts';
import type { Measures } from '../../lib/evaluate/measure.ts';
import type { PeerName } from '../peers/index.ts';
import type { PeerDocument } from '../peers/peer.ts';
import { answerParent } from './in-child.ts';
import { measurePeer } from './peer-run.ts';

export type PeerTask =
  | { readonly documents: readonly PeerDocument[] }
  | { readonly name: PeerName; readonly queries: readonly JudgedQuery[] };

const documents: PeerDocument[] = [];

process.on('message', (task: PeerTask) => {
  if ('documents' in task) {
    for (const document of task.documents) documents.push(document);
    return;
  }
  void answerParent<null, Measures[]>((onQuery) =>
    measurePeer(task.name, documents, task.queries, () => onQuery(null)),
  );
});
