import { create, insert, search } from '@orama/orama';
import { STOP_WORDS } from './english.ts';
import { type Peer, packageVersion } from './peer.ts';

const schema = { id: 'string', title: 'string', text: 'string' } as const;

/**
 * Orama as its documentation starts: English tokenizer, any word matches (threshold 1), a word
 * also matches as a prefix. With `stemmed`, its own Porter stemmer and a stop list.
 */
export function createOrama({ stemmed = false } = {}): Peer {
  const db = create({
    schema,
    ...(stemmed && { components: { tokenizer: { stemming: true, stopWords: [...STOP_WORDS] } } }),
  });
  return {
    name: stemmed ? 'orama-stemmed' : 'orama',
    version: packageVersion('@orama/orama'),
    async index(documents) {
      for (const { id, title, text } of documents) await insert(db, { id, title, text });
    },
    search(query, limit) {
      // Ids are data here, not text: searching them too would answer "1" with document 1.
      const found = search(db, { term: query, properties: ['title', 'text'], limit });
      // Without asynchronous hooks Orama answers at once; awaiting it would only add to its time.
      return found instanceof Promise ? found.then(idsOf) : idsOf(found);
    },
  };
}

function idsOf({ hits }: { hits: readonly { id: string }[] }): string[] {
  return hits.map(({ id }) => id);
}
