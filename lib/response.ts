import type { Property } from './document.ts';

/**
 * The shapes of `GET /api/search` and of `Engine.search`: one record that the page draws and the endpoint serves.
 */

/** One number per head: `title`, `content`, `words` and `feedback`. */
export type ByHead = Readonly<Record<string, number>>;

/** Options of `Engine.search`, `Engine.explain` and `Engine.attend`. */
export interface SearchOptions {
  /**
   * Number of documents to list, 1 … 100; default 10, or 100 where `mass` is given. Weights are always over all
   * documents.
   */
  readonly limit?: number | undefined;
  /**
   * Temperature T, 0.001 … 1000, default 1. A lower T concentrates the weights on one document, a higher T evens
   * them out. At T = 1 a weight is a calibrated probability.
   */
  readonly temperature?: number;
  /**
   * Multiplies each head's coefficient, 0 … 100. The default 1 is the calibrated value; 0 turns the head off.
   * `feedback` defaults to the multiplier of `content`.
   */
  readonly heads?: ByHead;
  /**
   * List only the top documents that together hold this share of the weight of all documents, 0.01 … 1; default 1.
   */
  readonly mass?: number | undefined;
  /** Words of the query to ignore, as typed, at most 50; case does not matter. */
  readonly without?: readonly string[];
  /**
   * How many times (0 … 3, default 1) the output is fed back as the query of another pass, as the head `feedback`.
   */
  readonly hops?: number;
  /** Restricts attention, and so the weights, to the documents that match. */
  readonly filter?: DocumentFilter;
}

/** Selects documents; all conditions given must hold. */
export interface DocumentFilter {
  /** A folder of the uri, such as `notes/2024`; its subfolders match too. */
  readonly folder?: string;
  /** A tag; tags below it match too: `idea` matches `idea/small`. */
  readonly tag?: string;
  /** The predominant script: `ko`, `ja`, `zh`, `en` for any Latin script, `und` for any other. */
  readonly language?: string;
  /** First day, inclusive, as YYYY-MM-DD. Documents without a date never match. */
  readonly since?: string;
  /** Last day, inclusive; not before `since`. */
  readonly until?: string;
}

/** A word of the query as typed, with the terms the analyser derives from it; a stop word has none. */
export interface QueryWord {
  readonly text: string;
  /** UTF-16 offsets [start, end) in the query. */
  readonly start: number;
  readonly end: number;
  readonly terms: readonly string[];
  /** Switched off by `without`. */
  readonly off: boolean;
  /**
   * What else the word may mean. A word has readings where no document contains it, where only few do, or where
   * documents write it and its neighbour as one word.
   */
  readonly readings: readonly Reading[];
}

/** Another interpretation of a query word: a corrected spelling, another name, a related word or a translation. */
export interface Reading {
  /** The reading as text: a stem, several stems, or a word as the thesaurus writes it. */
  readonly text: string;
  readonly terms: readonly string[];
  /** How close the reading is to the word typed, in (0, 1). */
  readonly similarity: number;
  /**
   * The part of the word's weight that goes to the reading, at most √`similarity`; the rest stays with the word as
   * typed. The shares of a word sum to at most 1. Those of `named` and `related` readings need not: a document
   * needs only one of them, and each counts in full.
   */
  readonly share: number;
  /** The reading is this word and its neighbour written as one word; the neighbour has the same reading. */
  readonly joins?: true;
  /** Another name of the same thing, such as redis for 레디스. This is not a guess. */
  readonly named?: true;
  /** Close in meaning, not in spelling. */
  readonly related?: true;
  /**
   * The same meaning in another language. Less of a guess than other `related` readings: `doubt` counts it a
   * quarter.
   */
  readonly translates?: true;
  /** Searched in addition to the word, which keeps its full weight: few documents contain it, or it is half of a name. */
  readonly beside?: true;
  /** A title has the word under this name, see `titledReadings`. */
  readonly titled?: true;
}

/** The passage of a document that a result shows. */
export interface MatchedPassage {
  /** The text shown: content.slice(start, end), at most 600 characters of the passage that matches best. */
  readonly text: string;
  /** UTF-16 offsets [start, end) into the document's stored content. */
  readonly start: number;
  readonly end: number;
  /** Query terms found, as [start, end) offsets into the stored content; ascending and disjoint. */
  readonly matches: readonly (readonly [start: number, end: number])[];
}

/** One document listed. */
export interface SearchResult {
  /** 1 for the largest weight. */
  readonly rank: number;
  readonly id: number;
  readonly title: string;
  readonly uri: string;
  /** Softmax over all documents and the null key, in [0, 1]; Σ weights + nothing + remainder = 1. */
  readonly weight: number;
  /** attention.bias + Σ attention.heads[h] · scores[h]. */
  readonly logit: number;
  readonly scores: ByHead;
  readonly passage: MatchedPassage;
  /**
   * Tags of the document that contain a word of the query, at most 10. They contribute to the score, so the passage
   * need not contain those words.
   */
  readonly tags: readonly string[];
  /** Properties of the document that contain a word of the query, at most 10. */
  readonly properties: readonly Property[];
  /**
   * Words of the query, as typed, that the document does not have, neither as typed nor as a reading: not more than half
   * of their terms.
   */
  readonly missing: readonly string[];
}

/** `strong`: there is an answer here. `weak`: there may be. `none`: there is none, and `answer` is empty. */
export type Verdict = 'strong' | 'weak' | 'none';

/**
 * The attention step as a whole.
 *
 *     logit = bias + Σ heads[h] · scores[h]        weight = exp(logit / T) / (1 + Σ exp(logit / T))
 */
export interface Attention {
  /** N: all documents, or those that match the filter. */
  readonly documents: number;
  /** T. */
  readonly temperature: number;
  /**
   * b + βx + d − ln N, where x is `query.explained` (at most 0.4 counts) and d is `query.doubt`. β is scaled by the
   * share of the heads that are on.
   */
  readonly bias: number;
  /** κ = ln(N + 10) · e^{γx}, a factor of every coefficient. */
  readonly sharpness: number;
  /**
   * L: mean number of terms of the documents that the first pass found, weighted by their shares. Below 50, `words`
   * gains what `content` and `feedback` lose.
   */
  readonly textLength: number;
  /** The coefficients used: κ · aₕ (aₕ balanced, see attention/scaling.ts) times the caller's multiplier. */
  readonly heads: ByHead;
  /** The null key: the weight of "nothing here". */
  readonly nothing: { readonly weight: number };
  /**
   * The documents that the head `feedback` was made from, by id, found by the pass before the last. Their shares
   * sum to 1. Empty with 0 hops.
   */
  readonly feedback: readonly { readonly document: number; readonly share: number }[];
  /** Σ weights of the documents that are not listed. */
  readonly remainder: number;
  /** e^entropy of the weights, the null key included: how many keys share the attention. */
  readonly effectiveDocuments: number;
  /** 1 − weight of the null key at T = 1, whatever T is. The verdict is read from it, with two exceptions. */
  readonly evidence: number;
  readonly verdict: Verdict;
}

/** A sentence quoted as part of the answer. */
export interface AnswerSentence {
  readonly text: string;
  /** Weight of its document × softmax over the sentences of that document. */
  readonly weight: number;
  /** Id of its document. */
  readonly document: number;
  /** UTF-16 offsets [start, end) into the document's stored content. */
  readonly start: number;
  readonly end: number;
}

/** A property that answers: it has a word of the query that the title of its document lacks, or the query asks for it by another name. */
export interface AnswerProperty extends Property {
  /** Id of its document. */
  readonly document: number;
  /** Weight of its document. */
  readonly weight: number;
}

/** A word that the output points to. */
export interface OutputTerm {
  readonly term: string;
  /** Projection of the output o = Σ wᵢvᵢ on the word. */
  readonly weight: number;
  /** Projection of the query on the word. `weight` minus `query` is what attention added. */
  readonly query: number;
  /**
   * The contribution of each result to `weight`, in the order of `results`; documents not listed contribute the
   * rest.
   */
  readonly shares: readonly number[];
}

/** The response to one query, from `Engine.search` and `GET /api/search`. */
export interface SearchResponse {
  readonly query: {
    readonly text: string;
    readonly language: string;
    readonly terms: readonly string[];
    readonly words: readonly QueryWord[];
    /** x: share of the query that the embedding space can express, in [0, 1]. */
    readonly explained: number;
    /**
     * d = m / n · ln 0.05 ≤ 0, where m of the n words are in no document and are read as related words. A
     * translation counts a quarter in m.
     */
    readonly doubt: number;
    /**
     * n: number of distinct words that are on, without stop words. λ = max(1, n / 16)^¾ is a factor of the
     * coefficient of `words`.
     */
    readonly length: number;
  };
  readonly attention: Attention;
  readonly results: readonly SearchResult[];
  readonly answer: {
    readonly sentences: readonly AnswerSentence[];
    readonly properties: readonly AnswerProperty[];
  };
  readonly output: { readonly terms: readonly OutputTerm[] };
  readonly index: IndexSummary;
  /** Milliseconds of each step, and in total. */
  readonly tookMs: Readonly<Record<string, number>> & { readonly total: number };
}

/** What the index holds, and how far it lags behind the files. */
export interface IndexSummary {
  readonly documents: number;
  readonly passages: number;
  /** Fingerprint of the embedder, or `none` before the first fit. */
  readonly embedder: string;
  /** ISO 8601, or null before anything was indexed. */
  readonly indexedAt: string | null;
  /**
   * Indexed files that have changed, and that are missing, since they were indexed. Read from the last check of the
   * disk.
   */
  readonly stale: { readonly changed: number; readonly missing: number };
}

/** What `Engine.index` returns. `Engine.sync` and `npm run index -- --json` give a `SyncReport`, which has more. */
export interface IndexReport {
  readonly added: number;
  readonly updated: number;
  readonly unchanged: number;
  readonly removed: number;
  /**
   * Files that could not be indexed. `source` is the path given to index; `path` is the file relative to the indexed
   * folder, or equal to `source`; `file` is the absolute path on disk.
   */
  readonly failed: readonly {
    readonly path: string;
    readonly reason: string;
    readonly source: string;
    readonly file: string;
  }[];
  readonly documents: number;
  readonly passages: number;
  readonly tookMs: number;
}
