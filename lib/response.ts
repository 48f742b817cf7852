import type { Property } from './document.ts';

/** The shapes of `GET /api/search` and of `Engine.search`: one record, drawn and served alike. */

/** Per head: `title`, `content`, `words`, `feedback`, and whatever head is added later. */
export type ByHead = Readonly<Record<string, number>>;

export interface SearchOptions {
  /** How many documents to list; 1 … 100, default 10. The weights are over all documents regardless. */
  readonly limit?: number;
  /** T > 0. Lower picks one document, higher averages all; at 1 a weight is a calibrated probability. */
  readonly temperature?: number;
  /** Multiplies each head's coefficient; 1 is as calibrated, 0 turns the head off. */
  readonly heads?: ByHead;
  /** List only the documents that together hold this share of what all documents get, 0.01 … 1. */
  readonly mass?: number;
  /** Words of the query to leave out, as typed; upper and lower case are the same. */
  readonly without?: readonly string[];
  /** How often the output is looked for in turn, as the head `feedback`; 0 … 3, default 1. */
  readonly hops?: number;
  /** Attend to some of the documents only. */
  readonly filter?: DocumentFilter;
}

/** Which documents are meant; all that is given must hold. */
export interface DocumentFilter {
  /** The uri lies in this folder, or one in it: `notes/2024`. */
  readonly folder?: string;
  /** It, or one below it: `idea` is `idea/small`, too. */
  readonly tag?: string;
  /** By the writing it is mostly in: `ko`, `ja`, `zh`, `en` for any Latin, else `und`. */
  readonly language?: string;
  /** Dated on or after, and on or before, this day: YYYY-MM-DD. Documents without a date are not. */
  readonly since?: string;
  readonly until?: string;
}

/** A word of the query as typed, with the terms the analyser makes of it. */
export interface QueryWord {
  readonly text: string;
  /** [start, end) in the query. */
  readonly start: number;
  readonly end: number;
  readonly terms: readonly string[];
  /** Switched off by `without`. */
  readonly off: boolean;
  /** What it may have been meant to be, where no document has it, few have it, or some have it as one with its neighbour. */
  readonly readings: readonly Reading[];
}

/** What a word may have been meant to be. */
export interface Reading {
  /** As the index has it: a stem, several of them, or a Hangul word. */
  readonly text: string;
  readonly terms: readonly string[];
  /** How near it is to what was typed, in (0, 1). */
  readonly similarity: number;
  /**
   * What it gets of the word, at most the root of `similarity`; the rest stays with the word as typed. Shares sum to
   * at most 1, but those of `named` and `related` words: a document needs one of them, and each counts in full.
   */
  readonly share: number;
  /** This word and the one beside it, which has the same reading, written as one. */
  readonly joins?: true;
  /** Another name of the same thing, as redis of 레디스: no guess. */
  readonly named?: true;
  /** Near in meaning, not in spelling. */
  readonly related?: true;
  /** The same in another language: less of a guess. */
  readonly translates?: true;
  /** Looked for beside the word, which few documents have: the word keeps its weight. */
  readonly beside?: true;
}

export interface MatchedPassage {
  /** The value that attended most: content.slice(start, end). */
  readonly text: string;
  /** UTF-16 offsets into the document's stored content. */
  readonly start: number;
  readonly end: number;
  /** Query terms found, as [start, end) offsets into the stored content, ascending, disjoint. */
  readonly matches: readonly (readonly [start: number, end: number])[];
}

export interface SearchResult {
  /** 1 for the largest weight. */
  readonly rank: number;
  readonly id: number;
  readonly title: string;
  readonly uri: string;
  /** softmax over all documents and the null key; Σ weights + nothing + remainder = 1. */
  readonly weight: number;
  /** attention.bias + Σ attention.heads[h] · scores[h]. */
  readonly logit: number;
  readonly scores: ByHead;
  readonly passage: MatchedPassage;
  /** Tags of the document that have a word of the query, ten at most: it is found by them too, and its passage need not have them. */
  readonly tags: readonly string[];
  /** Likewise of its properties. */
  readonly properties: readonly Property[];
  /** Words of the query that the document has nothing of, as typed. */
  readonly missing: readonly string[];
}

export type Verdict = 'strong' | 'weak' | 'none';

export interface Attention {
  readonly documents: number;
  readonly temperature: number;
  /** b + βx + d − ln N, x being `query.explained` and d `query.doubt`. */
  readonly bias: number;
  /** κ = ln(N + 10) · e^{γx}: in every coefficient. */
  readonly sharpness: number;
  /** L: terms of the documents that a first look found, in the mean by their shares; below 50 `words` gains what `content` and `feedback` lose. */
  readonly textLength: number;
  /** The coefficient κ · aₕ actually used (aₕ balanced, see scaling.ts), after the caller's multipliers. */
  readonly heads: ByHead;
  /** The null key: weight on "nothing here". */
  readonly nothing: { readonly weight: number };
  /** What the head `feedback` was made from: the documents of the look before, their shares summing to 1; empty without hops. */
  readonly feedback: readonly { readonly document: number; readonly share: number }[];
  /** Σ weights of the documents that are not listed. */
  readonly remainder: number;
  /** e^entropy of the weights, the null key included: how many keys share the attention. */
  readonly effectiveDocuments: number;
  /** 1 − weight of the null key at T = 1, whatever T is: what the verdict is read from. */
  readonly evidence: number;
  readonly verdict: Verdict;
}

export interface AnswerSentence {
  readonly text: string;
  /** Weight of its document × softmax over the sentences of that document. */
  readonly weight: number;
  /** Id of its document. */
  readonly document: number;
  readonly start: number;
  readonly end: number;
}

/** A word the output points to. */
export interface OutputTerm {
  readonly term: string;
  /** How far o = Σ wᵢvᵢ points along it. */
  readonly weight: number;
  /** How far the query itself does: what is beyond it, attention added. */
  readonly query: number;
  /** What each result adds to `weight`, in the order of `results`; documents not listed add the rest. */
  readonly shares: readonly number[];
}

export interface SearchResponse {
  readonly query: {
    readonly text: string;
    readonly language: string;
    readonly terms: readonly string[];
    readonly words: readonly QueryWord[];
    /** Share of the query that the embedding space can express, in [0, 1]. */
    readonly explained: number;
    /** d = m / n · ln 0.05, m of the n words being in no document and read as others of a near meaning; ≤ 0. */
    readonly doubt: number;
    /** n: how many different words of it are on, without stop words; λ = max(1, n / 16)^¾ is in the coefficient of `words`. */
    readonly length: number;
  };
  readonly attention: Attention;
  readonly results: readonly SearchResult[];
  readonly answer: { readonly sentences: readonly AnswerSentence[] };
  readonly output: { readonly terms: readonly OutputTerm[] };
  readonly index: IndexSummary;
  readonly tookMs: Readonly<Record<string, number>> & { readonly total: number };
}

export interface IndexSummary {
  readonly documents: number;
  readonly passages: number;
  readonly embedder: string;
  /** ISO 8601, or null before anything was indexed. */
  readonly indexedAt: string | null;
  readonly stale: { readonly changed: number; readonly missing: number };
}

/** What `npm run index -- --json` prints. */
export interface IndexReport {
  readonly added: number;
  readonly updated: number;
  readonly unchanged: number;
  readonly removed: number;
  /** `source` is the path that was to be indexed, as it was given; `path` is in it, or the same; `file` is where that is on disk. */
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
