import lunr from 'lunr';
import type { Peer } from './peer.ts';

/**
 * Lunr with two fields and its default pipeline (trimmer, stop words, Porter stems), any of the words
 * matching.
 */
export function createLunr(): Peer {
  const builder = new lunr.Builder();
  builder.pipeline.add(lunr.trimmer, lunr.stopWordFilter, lunr.stemmer);
  builder.searchPipeline.add(lunr.stemmer);
  builder.ref('id');
  builder.field('title');
  builder.field('text');
  let index: lunr.Index | null = null;
  return {
    name: 'lunr',
    version: lunr.version,
    index(documents) {
      for (const document of documents) builder.add(document);
      index = builder.build();
    },
    search(query, limit) {
      const terms = lunr.tokenizer(withoutWildcards(query)).map((token) => trimmed(String(token)));
      const words = terms.filter((term) => term !== '');
      if (words.length === 0) return []; // a query without clauses would match everything
      // `search` would parse "cost: 3~" in its query language and throw; `query` takes terms literally.
      const found = index?.query((clauses) => {
        for (const word of words) clauses.term(word, {});
      });
      return (found ?? []).slice(0, limit).map(({ ref }) => ref);
    },
  };
}

/** Lunr treats even an escaped star as a wildcard, and a lone one matches every word of the index. */
function withoutWildcards(query: string): string {
  return query.replaceAll('*', ' ');
}

/** Trims punctuation as lunr.trimmer does for documents but, by default, not for queries ("what?"). */
function trimmed(term: string): string {
  return term.replace(/^\W+/, '').replace(/\W+$/, '');
}
