import MiniSearch from 'minisearch';
import { stemOf } from './english.ts';
import { type Peer, type PeerDocument, packageVersion } from './peer.ts';

/**
 * MiniSearch as in its README: two fields, whole words, OR, BM25+.
 *
 * @param stemmed  removes stop words and stems the others through `processTerm`, the documented hook
 */
export function createMiniSearch({ stemmed = false } = {}): Peer {
  const index = new MiniSearch<PeerDocument>({
    fields: ['title', 'text'],
    ...(stemmed && { processTerm: (term: string) => stemOf(term.toLowerCase()) }),
  });
  return {
    name: stemmed ? 'minisearch-stemmed' : 'minisearch',
    version: packageVersion('minisearch'),
    index(documents) {
      for (const document of documents) index.add(document);
    },
    search(query, limit) {
      return index
        .search(query)
        .slice(0, limit)
        .map(({ id }) => id as string);
    },
  };
}
