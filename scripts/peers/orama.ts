import { create, insert, search } from '@orama/orama';
import { STOP_WORDS } from './english.ts';
import { type Peer, packageVersion } from './peer.ts';

const schema = { id: 'string', title: 'string', text: 'string' } as const;

/**
 * Orama as in its documentation: English tokenizer, any word may match (threshold 1), words also match as
 * prefixes.
 *
 * @param stemmed  uses Orama's Porter stemmer and a stop list
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
      // Only title and text: searching the ids, too, would match "1" to document 1.
      const found = search(db, { term: query, properties: ['title', 'text'], limit });
      // Orama is synchronous without asynchronous hooks; awaiting the result would only add to its time.
      return found instanceof Promise ? found.then(idsOf) : idsOf(found);
    },
  };
}

function idsOf({ hits }: { hits: readonly { id: string }[] }): string[] {
  return hits.map(({ id }) => id);
}
