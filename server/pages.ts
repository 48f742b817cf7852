import { type Request, type Response, Router } from 'express';
import type { Engine } from '../lib/engine.ts';
import { notOneOf, SearchError } from '../lib/errors.ts';
import { libraryMap } from '../lib/explain/library-map.ts';
import { onOneSnapshot } from '../lib/snapshot.ts';
import { readFacets } from '../lib/store/library.ts';
import { readLinks } from '../lib/store/links.ts';
import { detectLanguage } from '../lib/text/language.ts';
import { runInSlices } from '../lib/turns.ts';
import { readId } from './api.ts';
import type { Assets } from './assets.ts';
import type { Following, Trouble } from './following.ts';
import {
  chooseLanguage,
  LANGUAGES,
  type Language,
  type MessageKey,
  type Translate,
  translator,
} from './i18n.ts';
import { Parameters, readSelfAttention, readSort, readState, readWithin } from './parameters.ts';
import { pictureFinder } from './pictures.ts';
import { type PageState, PLAIN_STATE, urlOf } from './urls.ts';
import { type DocumentView, documentPage, showsPictures } from './views/document-page.ts';
import { findExamples } from './views/examples.ts';
import { formatsOf, timeIn } from './views/formats.ts';
import { heatSvg } from './views/heat.ts';
import { LIBRARY_MAP, libraryMapPage } from './views/library-map-page.ts';
import { libraryPage, PAGE } from './views/library-page.ts';
import { mapHeat, mapPage, wordsPage } from './views/map-page.ts';
import { optionsOf, searchPage } from './views/search-page.ts';
import { selfPage } from './views/self-page.ts';
import { tourPage } from './views/tour-page.ts';

/** What every page shows around its content. */
interface Frame {
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
  /** URL of the same data as JSON; null where there is none. */
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

/** A page request: its parameters and what they say. */
interface Visit {
  readonly parameters: Parameters;
  readonly state: PageState;
  readonly language: Language;
  readonly t: Translate;
}

/** The HTML pages and their SVG pictures. */
export function pagesRouter(engine: Engine, assets: Assets, following: Following): Router {
  const router = Router();
  const heads = Object.keys(engine.calibration.heads);
  const visitOf = (request: Request): Visit => {
    const parameters = new Parameters(request.query);
    const state = readState(parameters, heads);
    const language = chooseLanguage(state.lang, request.headers['accept-language']);
    return { parameters, state, language, t: translator(language) };
  };
  /**
   * Finds the examples of a page without a query: up to fifteen searches after a change of the index, one
   * at a time.
   */
  const findWhatToAsk = async ({ state, language }: Visit) => {
    if (state.q.trim() === '') await runInSlices(findExamples(engine, language));
  };
  /** Renders views/<name>.ejs. */
  const render = (
    response: Response,
    { state, language, t }: Visit,
    page: Omit<FrameOptions, 'state' | 'language'>,
    model: object,
  ) => {
    response.vary('Accept-Language');
    const framed = frame(engine, assets, following(), { ...page, state, language });
    response.render(page.name, { t, langOf: languageIn(language), ...model, page: framed });
  };

  router.get('/', async (request, response) => {
    const visit = visitOf(request);
    const { parameters, state, language, t } = visit;
    const why = parameters.text('why') ?? '';
    parameters.finish();
    const isEmpty = state.q.trim() === '';
    const page = {
      name: 'search',
      path: '/',
      more: parameters.given('why'),
      title: isEmpty ? `qkv-search – ${t('app.tagline')}` : `${state.q} – qkv-search`,
      json: isEmpty ? null : urlOf('/api/search', { ...state, lang: undefined }),
    };
    await findWhatToAsk(visit);
    if (!isEmpty) await readFacets(engine.store);
    const drawn = await onOneSnapshot(engine, () => searchPage(engine, state, why, language, t));
    response.locals.tookMs = drawn.response?.tookMs;
    render(response, visit, page, drawn);
  });

  router.get('/map', async (request, response) => {
    const visit = visitOf(request);
    const { parameters, state, language, t } = visit;
    parameters.finish();
    const page = {
      name: 'map',
      path: '/map',
      title: `${t('map.title')} – qkv-search`,
      json: state.q.trim() === '' ? null : urlOf('/api/map', { ...state, lang: undefined }),
    };
    await findWhatToAsk(visit);
    render(response, visit, page, await mapPage(engine, state, language, t));
  });

  router.get('/map.svg', async (request, response) => {
    const { parameters, state, t } = visitOf(request);
    parameters.finish();
    response.type('image/svg+xml').send(heatSvg(await mapHeat(engine, state, t)));
  });

  router.get('/tour', async (request, response) => {
    const visit = visitOf(request);
    const { parameters, state, language, t } = visit;
    parameters.finish();
    await findWhatToAsk(visit);
    const model = tourPage(engine, state, language, t);
    const title = `${model.text.title} – qkv-search`;
    render(response, visit, { name: 'tour', path: '/tour', title, json: null }, model);
  });

  router.get('/documents', async (request, response) => {
    const visit = visitOf(request);
    const { parameters, t } = visit;
    const state = { ...visit.state, heads: {} };
    const title = (parameters.text('find') ?? '').trim();
    const sort = readSort(parameters);
    const number = parameters.whole('page', 1, 1_000_000, 1);
    parameters.finish();
    await readFacets(engine.store);
    const model = libraryPage(engine, state, { title, sort, page: number }, t);
    const listed = { ...parameters.given('find', 'sort'), limit: PAGE, offset: (model.page - 1) * PAGE };
    const page = {
      name: 'library',
      path: '/documents',
      more: parameters.given('find', 'sort', 'page'),
      title: titled(title, t('library.title')),
      json: urlOf('/api/documents', { ...PLAIN_STATE, filter: state.filter }, listed),
    };
    render(response, { ...visit, state }, page, model);
  });

  router.get(LIBRARY_MAP, async (request, response) => {
    const visit = visitOf(request);
    const { parameters, state, t } = visit;
    const within = readWithin(parameters);
    parameters.finish();
    const map = await libraryMap(engine, { query: state.q, search: optionsOf(state), within });
    await readFacets(engine.store);
    const inside = within.length === 0 ? {} : { in: within.join(',') };
    const page = {
      name: 'library-map',
      path: LIBRARY_MAP,
      more: inside,
      title: titled(state.q.trim(), t('library.map.title')),
      json: urlOf('/api/documents/map', { ...state, lang: undefined }, inside),
    };
    render(response, visit, page, await libraryMapPage(engine, state, within, map, t));
  });

  router.get('/documents/:id', async (request, response) => {
    const visit = visitOf(request);
    const { parameters, state, language, t } = visit;
    const start = parameters.whole('start', 0, Number.MAX_SAFE_INTEGER, 0);
    const end = parameters.whole('end', 0, Number.MAX_SAFE_INTEGER, 0);
    const view = readView(parameters);
    const part = parameters.whole('part', 0, 1_000_000, 0) || undefined;
    parameters.finish();
    const id = readId(request.params.id);
    await readLinks(engine.store);
    const document = engine.document(id);
    const findPicture = showsPictures(document) ? await pictureFinder(document) : () => null;
    const chosen = { start, end, view, part, language, findPicture };
    const model = documentPage(engine, state, document, chosen, t);
    const page = {
      name: 'document',
      path: `/documents/${id}`,
      more: parameters.given('start', 'end', 'view', 'part'),
      title: `${model.title} – qkv-search`,
      json: `/api/documents/${id}`,
    };
    render(response, visit, page, model);
  });

  router.get('/documents/:id/image', async (request, response) => {
    const parameters = new Parameters(request.query);
    const path = parameters.text('path') ?? '';
    parameters.finish();
    const findPicture = await pictureFinder(engine.document(readId(request.params.id)));
    const image = findPicture(path);
    if (!image) throw new SearchError('NOT_FOUND', 'There is no such picture in the folder of this note.');
    // `pictureFinder` refuses hidden names below the indexed folder, which may itself lie below one.
    response.type(image.type).sendFile(image.path, { dotfiles: 'allow' });
  });

  router.get('/documents/:id/self-attention', (request, response) => {
    const visit = visitOf(request);
    const { parameters, state, t } = visit;
    const options = readSelfAttention(parameters);
    parameters.finish();
    const more = parameters.given('scaling', 'temperature', 'sentence', 'row');
    const id = readId(request.params.id);
    const model = selfPage(engine, state, id, options, t);
    const page = {
      name: 'self',
      path: `/documents/${id}/self-attention`,
      more,
      title: titled(model.title, t('self.title')),
      json: urlOf(`/api/documents/${id}/self-attention`, PLAIN_STATE, more),
    };
    render(response, visit, page, model);
  });

  router.get(['/documents/:id/words', '/documents/:id/words.svg'], (request, response) => {
    const visit = visitOf(request);
    const { parameters, state, t } = visit;
    parameters.finish();
    const id = readId(String(request.params.id));
    const model = wordsPage(engine, state, id, t);
    if (request.path.endsWith('.svg')) {
      response.type('image/svg+xml').send(heatSvg(model.heat));
      return;
    }
    const unlisted = { ...state, lang: undefined, limit: undefined, mass: undefined };
    const page = {
      name: 'words',
      path: `/documents/${id}/words`,
      title: titled(model.title, t('map.words.title')),
      json: urlOf(`/api/documents/${id}/words`, unlisted),
    };
    render(response, visit, page, model);
  });

  return router;
}

/** The title of a page in a window: what is asked for there, if anything, before its name. */
function titled(asked: string, name: string): string {
  return [asked, name, 'qkv-search'].filter(Boolean).join(' – ');
}

/** The language of a text for its lang attribute: that of its letters, or the page's where it has none. */
function languageIn(page: Language): (text: string) => string {
  return (text) => {
    const found = detectLanguage(text);
    return found === 'und' ? page : found;
  };
}

function readView(parameters: Parameters): DocumentView['view'] {
  const view = parameters.text('view');
  if (view === undefined || view === 'rendered' || view === 'text') return view;
  throw notOneOf('view', ['rendered', 'text'], view);
}

interface FrameOptions {
  /** Also the name of its view. */
  readonly name: string;
  readonly path: string;
  /** Parameters that belong to this page only. */
  readonly more?: Readonly<Record<string, string>>;
  readonly title: string;
  readonly state: PageState;
  readonly language: Language;
  readonly json: string | null;
}

/** Builds the frame of a page: navigation, language links and footer. */
export function frame(
  engine: Engine,
  assets: Assets,
  trouble: Trouble | null,
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
      href: urlOf(path, { ...state, lang: tag }, more),
      current: tag === language,
    })),
    assets: assets.urls,
    json,
    footer: footer(engine, trouble, t, language),
  };
}

function footer(engine: Engine, trouble: Trouble | null, t: Translate, language: Language): string {
  if (!engine.isReady) return t('index.reading');
  const { documents, passages, indexedAt, stale } = engine.status();
  const waits = trouble === null ? [] : [t(`following.${trouble}`)];
  if (documents === 0 || indexedAt === null) return waits[0] ?? t('index.none');
  const { number } = formatsOf(language);
  const parts = [
    t('index.documents', { documents: number.format(documents), passages: number.format(passages) }),
    t('index.at', { time: timeIn(language, indexedAt) }),
  ];
  if (stale.changed + stale.missing > 0) parts.push(t('index.stale', stale));
  return [...parts, ...waits].join(' · ');
}
