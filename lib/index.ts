/** The public API of qkv-search as a library: open an index, add documents, search, explain. */
export type { Calibration } from './attention/calibration.ts';
export type { DocumentFormat, DocumentInput, Property } from './document.ts';
export { Engine, type EngineOptions, type IndexOptions } from './engine.ts';
export { type ErrorCode, SearchError } from './errors.ts';
export type { Explanation } from './explain/explain.ts';
export type { IndexProgress } from './indexing/indexer.ts';
export type { SyncReport } from './indexing/report.ts';
export type { SyncOptions } from './indexing/sync.ts';
export type {
  AnswerSentence,
  Attention,
  ByHead,
  DocumentFilter,
  IndexReport,
  IndexSummary,
  MatchedPassage,
  OutputTerm,
  QueryWord,
  Reading,
  SearchOptions,
  SearchResponse,
  SearchResult,
  Verdict,
} from './response.ts';
export type { StoredDocument } from './store/store.ts';
