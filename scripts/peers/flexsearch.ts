import { Document } from 'flexsearch';
import { type Peer, packageVersion } from './peer.ts';

/**
 * FlexSearch's Document index with two fields and default settings. By default all words must match,
 * which finds nothing for most questions; `suggest` is the documented option for partial matches, and
 * `merge` the one that combines the fields to one list (title matches first).
 */
export function createFlexSearch(): Peer {
  const index = new Document({ document: { id: 'id', index: ['title', 'text'] } });
  return {
    name: 'flexsearch',
    version: packageVersion('flexsearch'),
    index(documents) {
      for (const { id, title, text } of documents) index.add({ id, title, text });
    },
    search(query, limit) {
      const found = index.search({ query, limit, suggest: true, merge: true });
      // `limit` is per field; merging can list up to twice as many.
      return found.slice(0, limit).map(({ id }) => String(id));
    },
  };
}
