import { type Request, type Response, Router } from 'express';
import type { Engine } from '../lib/engine.ts';
import { SearchError } from '../lib/errors.ts';
import { libraryMap } from '../lib/library-map.ts';
import { readId } from './api.ts';
import type { Assets } from './assets.ts';
import { findImage } from './files.ts';
import {
  chooseLanguage,
  LANGUAGES,
  type Language,
  type MessageKey,
  type Translate,
  translator,
} from './i18n.ts';
import {
  Parameters,
  type RawQuery,
  readSelfAttention,
  readSort,
  readState,
  readWithin,
} from './parameters.ts';
import { fieldsOf, type PageState, PLAIN_STATE, queryString, urlOf } from './urls.ts';
import { type DocumentView, documentPage } from './views/document-page.ts';
import { formatsOf, timeIn } from './views/formats.ts';
import { heatSvg } from './views/heat.ts';
import { LIBRARY_MAP, libraryMapPage } from './views/library-map-page.ts';
import { libraryPage, PAGE } from './views/library-page.ts';
import { mapPage, wordsPage } from './views/map-page.ts';
import { optionsOf, searchPage } from './views/search-page.ts';
import { selfPage } from './views/self-page.ts';
import { tourPage } from './views/tour-page.ts';

/** What every page has around its content. */
export interface Frame {
  readonly name: string;
  readonly title: string;
  readonly language: Language;
  readonly home: string;
  readonly nav: readonly { readonly label: string; readonly href: string; readonly current: boolean }[];
  readonly languages: readonly {
    readonly tag: Language;
    readonly label: string;
    readonly href: string;
    readonly current: boolean;
  }[];
  readonly assets: Assets['urls'];
  /** The same as JSON, where there is such a thing. */
  readonly json: string | null;
  readonly footer: string;
}

const NAV: readonly { readonly name: string; readonly key: MessageKey; readonly path: string }[] = [
  { name: 'search', key: 'nav.search', path: '/' },
  { name: 'map', key: 'nav.map', path: '/map' },
  { name: 'library', key: 'nav.library', path: '/documents' },
  { name: 'library-map', key: 'nav.library.map', path: LIBRARY_MAP },
  { name: 'tour', key: 'nav.tour', path: '/tour' },
];

const LANGUAGE_NAMES: Readonly<Record<Language, string>> = { en: 'English', ko: '한국어' };

/** One page being answered: its parameters, its state, its language. */
interface Visit {
  readonly parameters: Parameters;
  readonly state: PageState;
  readonly language: Language;
  readonly t: Translate;
}

export function pagesRouter(engine: Engine, assets: Assets): Router {
  const router = Router();
  const heads = Object.keys(engine.calibration.heads);
  const visit = (request: Request): Visit => {
    const parameters = new Parameters(request.query as RawQuery);
    const state = readState(parameters, heads);
    const language = chooseLanguage(state.lang, request.headers['accept-language']);
    return { parameters, state, language, t: translator(language) };
  };

  router.get('/', (request, response) => {
    const { parameters, state, language, t } = visit(request);
    const why = parameters.text('why') ?? '';
    parameters.finish();
    const json =
      state.q.trim() === '' ? null : `/api/search?${queryString(fieldsOf({ ...state, lang: undefined }))}`;
    const title = state.q.trim() === '' ? `qkv-search – ${t('app.tagline')}` : `${state.q} – qkv-search`;
    const drawn = searchPage(engine, state, why, language, t);
    response.locals.tookMs = drawn.response?.tookMs;
    render(
      response,
      'search',
      frame(engine, assets, {
        name: 'search',
        path: '/',
        more: parameters.given('why'),
        title,
        state,
        language,
        json,
      }),
      drawn,
    );
  });

  router.get('/map', async (request, response) => {
    const { parameters, state, language, t } = visit(request);
    parameters.finish();
    const json =
      state.q.trim() === '' ? null : `/api/map?${queryString(fieldsOf({ ...state, lang: undefined }))}`;
    render(
      response,
      'map',
      frame(engine, assets, {
        name: 'map',
        path: '/map',
        title: `${t('map.title')} – qkv-search`,
        state,
        language,
        json,
      }),
      await mapPage(engine, state, language, t),
    );
  });

  router.get('/map.svg', async (request, response) => {
    const { parameters, state, language, t } = visit(request);
    parameters.finish();
    const { heat } = await mapPage(engine, state, language, t);
    if (!heat) throw new SearchError('EMPTY_QUERY', 'Expected at least one query, one a line, got none.');
    response.type('image/svg+xml').send(heatSvg(heat));
  });

  router.get('/tour', (request, response) => {
    const { parameters, state, language, t } = visit(request);
    parameters.finish();
    const model = tourPage(engine, state, language, t);
    const title = `${model.text.title} – qkv-search`;
    const options = { name: 'tour', path: '/tour', title, state, language, json: null };
    render(response, 'tour', frame(engine, assets, options), model);
  });

  router.get('/documents', (request, response) => {
    const { parameters, state, language, t } = visit(request);
    const title = parameters.text('find') ?? '';
    const sort = readSort(parameters);
    const page = parameters.whole('page', 1, 1_000_000, 1);
    parameters.finish();
    const model = libraryPage(engine, { ...state, heads: {} }, { title, sort, page }, t);
    render(
      response,
      'library',
      frame(engine, assets, {
        name: 'library',
        path: '/documents',
        more: parameters.given('find', 'sort', 'page'),
        title: `${t('library.title')} – qkv-search`,
        state: { ...state, heads: {} },
        language,
        json: urlOf(
          '/api/documents',
          PLAIN_STATE,
          { filter: state.filter },
          {
            ...parameters.given('find', 'sort'),
            limit: String(PAGE),
            offset: String((page - 1) * PAGE),
          },
        ),
      }),
      model,
    );
  });

  router.get(LIBRARY_MAP, async (request, response) => {
    const { parameters, state, language, t } = visit(request);
    const within = readWithin(parameters);
    parameters.finish();
    const map = await libraryMap(engine, { query: state.q, search: optionsOf(state), within });
    const inside = within.length === 0 ? {} : { in: within.join(',') };
    render(
      response,
      'library-map',
      frame(engine, assets, {
        name: 'library-map',
        path: LIBRARY_MAP,
        more: inside,
        title: `${t('library.map.title')} – qkv-search`,
        state,
        language,
        json: urlOf('/api/documents/map', { ...state, lang: undefined }, {}, inside),
      }),
      libraryMapPage(engine, state, within, map, t),
    );
  });

  router.get('/documents/:id', (request, response) => {
    const { parameters, state, language, t } = visit(request);
    const start = parameters.whole('start', 0, Number.MAX_SAFE_INTEGER, 0);
    const end = parameters.whole('end', 0, Number.MAX_SAFE_INTEGER, 0);
    const view = readView(parameters);
    parameters.finish();
    const id = readId(request.params.id);
    const model = documentPage(engine, state, id, { start, end, view, language }, t);
    render(
      response,
      'document',
      frame(engine, assets, {
        name: 'document',
        path: `/documents/${id}`,
        more: parameters.given('start', 'end', 'view'),
        title: `${model.title} – qkv-search`,
        state,
        language,
        json: `/api/documents/${id}`,
      }),
      model,
    );
  });

  router.get('/documents/:id/image', (request, response) => {
    const parameters = new Parameters(request.query as RawQuery);
    const path = parameters.text('path') ?? '';
    parameters.finish();
    const image = findImage(engine.document(readId(request.params.id)), path);
    if (!image) throw new SearchError('NOT_FOUND', 'There is no such picture beside this note.');
    // Hidden names inside the folder were refused; where the folder itself lies is nobody's business.
    response.type(image.type).sendFile(image.path, { dotfiles: 'allow' });
  });

  router.get('/documents/:id/self-attention', (request, response) => {
    const { parameters, state, language, t } = visit(request);
    const options = readSelfAttention(parameters);
    parameters.finish();
    const more = parameters.given('scaling', 'temperature', 'sentence');
    const id = readId(request.params.id);
    const model = selfPage(engine, state, id, options, t);
    render(
      response,
      'self',
      frame(engine, assets, {
        name: 'self',
        path: `/documents/${id}/self-attention`,
        more,
        title: `${model.title} – qkv-search`,
        state,
        language,
        json: urlOf(`/api/documents/${id}/self-attention`, PLAIN_STATE, {}, more),
      }),
      model,
    );
  });

  router.get(['/documents/:id/words', '/documents/:id/words.svg'], (request, response) => {
    const { parameters, state, language, t } = visit(request);
    parameters.finish();
    const id = readId(String(request.params.id));
    const model = wordsPage(engine, state, id, t);
    if (request.path.endsWith('.svg')) {
      response.type('image/svg+xml').send(heatSvg(model.heat));
      return;
    }
    const json = `/api/documents/${id}/words?${queryString(fieldsOf({ ...state, lang: undefined, limit: undefined, mass: undefined }))}`;
    render(
      response,
      'words',
      frame(engine, assets, {
        name: 'words',
        path: `/documents/${id}/words`,
        title: `${model.title} – qkv-search`,
        state,
        language,
        json,
      }),
      model,
    );
  });

  return router;
}

function readView(parameters: Parameters): DocumentView['view'] {
  const view = parameters.text('view');
  if (view === undefined || view === 'rendered' || view === 'text') return view;
  throw new SearchError(
    'INVALID_PARAMETER',
    `Expected view to be rendered or text, got ${JSON.stringify(view.slice(0, 40))}.`,
  );
}

function render(response: Response, view: string, page: Frame, model: object): void {
  response.vary('Accept-Language');
  response.render(view, { t: translator(page.language), ...model, page });
}

interface FrameOptions {
  readonly name: string;
  readonly path: string;
  /** Parameters that are not of every page's state. */
  readonly more?: Readonly<Record<string, string>>;
  readonly title: string;
  readonly state: PageState;
  readonly language: Language;
  readonly json: string | null;
}

/** Everything around a page's content. */
export function frame(
  engine: Engine,
  assets: Assets,
  { name, path, more = {}, title, state, language, json }: FrameOptions,
): Frame {
  const t = translator(language);
  const plain: PageState = { ...PLAIN_STATE, lang: state.lang };
  return {
    name,
    title,
    language,
    home: urlOf('/', plain),
    nav: NAV.map((item) => ({
      label: t(item.key),
      href: urlOf(item.path, plain),
      current: item.name === name,
    })),
    languages: LANGUAGES.map((tag) => ({
      tag,
      label: LANGUAGE_NAMES[tag],
      href: urlOf(path, { ...state, lang: tag }, {}, more),
      current: tag === language,
    })),
    assets: assets.urls,
    json,
    footer: footer(engine, t, language),
  };
}

function footer(engine: Engine, t: Translate, language: Language): string {
  if (!engine.isReady) return t('index.reading');
  const { documents, passages, indexedAt, stale } = engine.status();
  if (documents === 0 || indexedAt === null) return t('index.none');
  const { number } = formatsOf(language);
  const parts = [
    t('index.documents', { documents: number.format(documents), passages: number.format(passages) }),
    t('index.at', { time: timeIn(language, indexedAt) }),
  ];
  if (stale.changed + stale.missing > 0) parts.push(t('index.stale', stale));
  return parts.join(' · ');
}
