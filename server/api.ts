import { type Request, Router } from 'express';
import type { Engine } from '../lib/engine.ts';
import { SearchError, shown } from '../lib/errors.ts';
import { libraryMap } from '../lib/explain/library-map.ts';
import { attentionMap, sentenceMap, wordMap } from '../lib/explain/maps.ts';
import { documentSelfAttention, relatedDocuments } from '../lib/explain/relations.ts';
import { responding } from '../lib/search.ts';
import { onOneSnapshot } from '../lib/snapshot.ts';
import { facets, findNames, listDocuments, readFacets } from '../lib/store/library.ts';
import type { StoredDocument } from '../lib/store/store.ts';
import { apiIndex } from './api-index.ts';
import { libraryMapJson } from './library-map-json.ts';
import {
  Parameters,
  readFilter,
  readLibraryMap,
  readOptions,
  readSelfAttention,
  readSort,
} from './parameters.ts';

/** Up to this many results are written synchronously; longer responses are built in slices. */
const SYNC_LIMIT = 10;

/** The JSON endpoints. docs/api.md describes every field. */
export function apiRouter(engine: Engine): Router {
  const router = Router();
  const heads = Object.keys(engine.calibration.heads);
  /** Reads `q` and the search options, and refuses every other parameter. */
  const asked = ({ query }: Request) => {
    const parameters = new Parameters(query);
    const text = parameters.text('q') ?? '';
    const options = readOptions(parameters, heads);
    parameters.finish();
    return { text, options };
  };

  router.get('/', (request, response) => {
    new Parameters(request.query).finish();
    response.json(engine.snapshot(() => apiIndex(engine)));
  });

  router.get('/search', async (request, response) => {
    const { text, options } = asked(request);
    const isShort = options.mass === undefined && (options.limit ?? SYNC_LIMIT) <= SYNC_LIMIT;
    const found = isShort
      ? engine.search(text, options)
      : await onOneSnapshot(engine, function* () {
          return yield* responding(engine, engine.attend(text, options));
        });
    response.locals.tookMs = found.tookMs;
    response.json(found);
  });

  router.get('/logits', (request, response) => {
    const { text, options } = asked(request);
    const { record } = engine.attend(text, options);
    response.type('application/octet-stream').send(Buffer.from(record.logits.buffer));
  });

  router.get('/map', async (request, response) => {
    const { text, options } = asked(request);
    response.json(await attentionMap(engine, text.split('\n'), options));
  });

  router.get('/suggestions', (request, response) => {
    const parameters = new Parameters(request.query);
    const text = (parameters.text('q') ?? '').trim();
    const limit = parameters.whole('limit', 1, 20, 6);
    parameters.finish();
    response.json({ suggestions: text === '' ? [] : findNames(engine.store, text.slice(0, 200), limit) });
  });

  router.get('/documents', (request, response) => {
    const parameters = new Parameters(request.query);
    const limit = parameters.whole('limit', 1, 1000, 100);
    const offset = parameters.whole('offset', 0, Number.MAX_SAFE_INTEGER, 0);
    const title = (parameters.text('find') ?? '').trim();
    const filter = readFilter(parameters);
    const sort = readSort(parameters);
    parameters.finish();
    response.json(listDocuments(engine.store, { title, filter, sort, limit, offset }));
  });

  router.get('/documents/map', async (request, response) => {
    const parameters = new Parameters(request.query);
    const options = readLibraryMap(parameters, heads);
    const offset = parameters.whole('offset', 0, Number.MAX_SAFE_INTEGER, 0);
    const rows = parameters.whole('rows', 0, 1000, 100);
    parameters.finish();
    response.json(libraryMapJson(await libraryMap(engine, options), offset, rows));
  });

  router.get('/facets', async (request, response) => {
    new Parameters(request.query).finish();
    await readFacets(engine.store);
    response.json(facets(engine.store));
  });

  router.get('/documents/:id', (request, response) => {
    new Parameters(request.query).finish();
    response.json(documentJson(engine.document(readId(request.params.id))));
  });

  router.get('/documents/:id/explanation', (request, response) => {
    const { text, options } = asked(request);
    response.json(engine.explain(text, readId(request.params.id), options));
  });

  router.get('/documents/:id/words', (request, response) => {
    const { text, options } = asked(request);
    response.json(engine.snapshot(() => wordMap(engine, text, readId(request.params.id), options)));
  });

  router.get('/documents/:id/sentences', (request, response) => {
    const { text, options } = asked(request);
    const id = readId(request.params.id);
    response.json(engine.snapshot(() => sentenceMap(engine, text, id, options)));
  });

  router.get('/documents/:id/self-attention', (request, response) => {
    const parameters = new Parameters(request.query);
    const options = readSelfAttention(parameters);
    parameters.finish();
    response.json(engine.snapshot(() => documentSelfAttention(engine, readId(request.params.id), options)));
  });

  router.get('/documents/:id/related', (request, response) => {
    const parameters = new Parameters(request.query);
    const limit = parameters.whole('limit', 1, 100, 8);
    parameters.finish();
    response.json(engine.snapshot(() => relatedDocuments(engine, readId(request.params.id), limit)));
  });

  router.get('/status', (request, response) => {
    new Parameters(request.query).finish();
    const { provenance: _, ...calibration } = engine.calibration;
    response.json({ index: engine.status(), calibration });
  });

  return router;
}

/**
 * Parses a document id from the path.
 *
 * @throws {SearchError} NOT_FOUND when it is not a number of at most 15 digits
 */
export function readId(text: string): number {
  if (/^\d{1,15}$/.test(text)) return Number(text);
  throw new SearchError('NOT_FOUND', 'There is no document {id}: expected a number.', {
    facts: { id: shown(text) },
  });
}

/** A document as the API returns it. Paths on this machine are private, and the raw source is left out. */
function documentJson({ sourcePath: _path, filePath: _file, source: _source, ...document }: StoredDocument) {
  return document;
}
