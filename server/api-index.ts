import type { Engine } from '../lib/engine.ts';

/** Path, required parameter ('' for none) and description. docs/api.md lists the fields. */
const ENDPOINTS = [
  ['/api/search', 'q', 'attention over all documents, the strongest of them listed'],
  ['/api/logits', 'q', 'the logits of all documents, as octets'],
  ['/api/map', 'q', 'several queries × documents'],
  ['/api/suggestions', 'q', 'titles that contain a text'],
  ['/api/documents', '', 'the documents, with filters'],
  ['/api/documents/map', '', 'documents × documents: the library attending to itself'],
  ['/api/documents/:id', '', 'one document with its content'],
  ['/api/documents/:id/explanation', 'q', 'the arithmetic behind one document’s weight'],
  ['/api/documents/:id/words', 'q', 'query words × words of the document'],
  ['/api/documents/:id/sentences', 'q', 'a query’s attention over the sentences of a document'],
  ['/api/documents/:id/self-attention', '', 'a document attending to itself'],
  ['/api/documents/:id/related', '', 'the documents it attends to'],
  ['/api/facets', '', 'folders, tags and languages to filter by'],
  ['/api/status', '', 'the index, and the calibration in use'],
  ['/healthz', '', 'whether the index can be searched'],
  ['/healthz/live', '', 'whether the process is there'],
  ['/metrics', '', 'numbers for Prometheus'],
] as const;

/**
 * Lists every endpoint with a link to an example request that uses a document of this library. The link
 * is null where the path needs a document id and the library is empty.
 */
export function apiIndex(engine: Engine) {
  const id = engine.arrays().ids[0];
  const title = id === undefined ? '' : engine.document(id).title.slice(0, 200).toWellFormed().trim();
  const question = title || 'attention';
  const endpoints = ENDPOINTS.map(([path, needs, answers]) => {
    const address = id === undefined ? path : path.replace(':id', String(id));
    const link = `${address}${needs && `?${new URLSearchParams({ [needs]: question })}`}`;
    return { path, link: address.includes(':id') ? null : link, answers };
  });
  return { endpoints };
}
