import compression from 'compression';
import ejs from 'ejs';
import express, { type ErrorRequestHandler, type Express, type Request, type RequestHandler } from 'express';
import type { Engine } from '../lib/engine.ts';
import { type ErrorCode, SearchError } from '../lib/errors.ts';
import { packageFile } from '../lib/root.ts';
import { remembered } from './answers.ts';
import { apiRouter } from './api.ts';
import { type Assets, loadAssets } from './assets.ts';
import { errorText } from './error-text.ts';
import type { Following } from './following.ts';
import { chooseLanguage, translator } from './i18n.ts';
import { addressLimit, concurrencyLimit, rate, SERVER_LIMITS } from './limits.ts';
import { accessLog } from './log.ts';
import { createMetrics } from './metrics.ts';
import { frame, pagesRouter } from './pages.ts';
import { Parameters } from './parameters.ts';
import { asSearchError, problemOf } from './problems.ts';
import { hostCheck, originCheck, securityHeaders } from './security.ts';
import { tokenCheck } from './token.ts';
import { turns } from './turns.ts';
import { PLAIN_STATE } from './urls.ts';

export interface AppOptions {
  readonly engine: Engine;
  /** Names besides localhost under which requests are answered. */
  readonly hosts?: readonly string[];
  /** Asked of everybody who is not let in without; see `checkToken`. */
  readonly token?: string | undefined;
  /** What keeps the folders that are followed from being indexed. */
  readonly following?: Following;
  /** Told of every request, one line of JSON each. */
  readonly onRequest?: ((line: string) => void) | undefined;
  /** Whether those lines say what was asked. */
  readonly logQueries?: boolean;
  /** Whether /metrics tells of memory and event loop as well; true unless told. */
  readonly measuresProcess?: boolean;
  /** Told of every error that nobody expected. */
  readonly onError?: (error: unknown) => void;
}

/** The whole server as an express application: no state of its own but what it remembers of answers. */
export function createApp(options: AppOptions): Express {
  const { engine, following = () => null, onError = () => {} } = options;
  const app = express();
  const assets = loadAssets();
  app.disable('x-powered-by');
  app.set('query parser', 'simple');
  app.set('views', packageFile('views'));
  app.set('view cache', true);
  app.engine('ejs', (path, data, done) => void ejs.renderFile(path, data as ejs.Data, { cache: true }, done));
  app.set('view engine', 'ejs');
  const metrics = createMetrics(engine, following, options.measuresProcess);
  app.use(oneAfterAnother([metrics.observe, ...guards(options), methodCheck]));
  app.get(['/metrics', '/healthz', '/healthz/live'], ({ query }, _response, next) => {
    new Parameters(query).finish();
    next();
  });
  app.get('/metrics', metrics.page);
  // Alive as long as it answers; healthy when it can search.
  app.get('/healthz/live', (_request, response) => void response.json({ status: 'ok' }));
  app.use('/assets', assets.router);
  app.use(readyCheck(engine));
  app.get('/healthz', (_request, response) => {
    const trouble = following();
    response.json({
      ...{ status: 'ok', documents: engine.status().documents },
      ...(trouble === null ? {} : { following: trouble }),
    });
  });
  const turn = turns();
  const same = [remembered(engine, following), turn];
  app.use('/api', same, apiRouter(engine));
  app.get('/', same);
  app.use(['/map', '/map.svg', '/tour', '/documents'], turn);
  app.use(pagesRouter(engine, assets, following));
  app.use(({ path }, _response, next) => {
    decodeURIComponent(path); // broken %-escapes are another mistake
    next(
      new SearchError('NOT_FOUND', 'There is nothing at {path}.', { facts: { path: path.slice(0, 200) } }),
    );
  });
  app.use(errorHandler(engine, assets, following, onError));
  return app;
}

/** Refuses what needs the index while it is being read, or after it was closed. */
function readyCheck(engine: Engine): RequestHandler {
  return (_request, response, next) => {
    if (engine.isReady) {
      engine.version(); // whatever is asked for sees what was written before
      return next();
    }
    response.set('Retry-After', '1');
    next(new SearchError('NOT_READY', 'The index is being read, or was closed. Try again in a second.'));
  };
}

/** What every request has to pass, in this order. */
function guards({ hosts = [], token, onRequest, logQueries = false }: AppOptions): RequestHandler[] {
  return [
    ...(onRequest ? [accessLog(onRequest, logQueries)] : []),
    securityHeaders,
    // A token is proof enough: who has it may use any name of the machine.
    ...(token === undefined
      ? [hostCheck(hosts)]
      : [tokenCheck(token, rate(SERVER_LIMITS.refusedPerMinute)), rate(SERVER_LIMITS.perMinute)]),
    originCheck,
    addressLimit,
    concurrencyLimit(),
    compressed(),
  ];
}

const methodCheck: RequestHandler = (request, response, next) => {
  if (request.method === 'GET' || request.method === 'HEAD') return next();
  response.set('Allow', 'GET, HEAD');
  next(new SearchError('METHOD_NOT_ALLOWED', `Expected GET or HEAD, got ${request.method}.`));
};

/** Several handlers as one: finding the next of them takes express longer than most of them take. */
function oneAfterAnother(handlers: readonly RequestHandler[]): RequestHandler {
  return (request, response, next) => {
    let at = 0;
    const go = (error?: unknown): void => {
      const handler = error ? undefined : handlers[at++];
      if (handler) handler(request, response, go);
      else next(error);
    };
    go();
  };
}

/** Compresses for those who say that they can read it: to wrap the answers of all others took a tenth of a search. */
function compressed(): RequestHandler {
  const compress = compression();
  return (request, response, next) => {
    if (request.headers['accept-encoding'] !== undefined) return compress(request, response, next);
    response.vary('Accept-Encoding');
    next();
  };
}

/** What those are told who may not ask. */
const STRANGERS: ReadonlySet<ErrorCode> = new Set([
  'UNAUTHORIZED',
  'TOO_MANY_REQUESTS',
  'FORBIDDEN_HOST',
  'FORBIDDEN_ORIGIN',
]);

/** Problem details for programs, a page for people. */
function errorHandler(
  engine: Engine,
  assets: Assets,
  following: Following,
  onError: (error: unknown) => void,
): ErrorRequestHandler {
  return (thrown: unknown, request, response, next) => {
    if (response.headersSent) return next(thrown);
    const error = asSearchError(thrown);
    if (error.code === 'INTERNAL') onError(thrown);
    response.status(error.status);
    if (!wantsPage(request)) {
      response.type('application/problem+json').send(JSON.stringify(problemOf(error)));
      return;
    }
    const lang = typeof request.query.lang === 'string' ? request.query.lang : undefined;
    const language = chooseLanguage(lang, request.headers['accept-language']);
    const t = translator(language);
    const page = frame(engine, assets, following(), {
      name: 'error',
      path: '/',
      title: t('error.title'),
      state: PLAIN_STATE,
      language,
      json: null,
    });
    // Who is not let in is told nothing of the library.
    const footer = STRANGERS.has(error.code) ? '' : page.footer;
    // What was asked is not lost: it can be shortened where it stands.
    const q = request.path === '/' && typeof request.query.q === 'string' ? request.query.q : '';
    response.render(
      'error',
      {
        t,
        page: { ...page, footer },
        ...errorText(error, language),
        q,
        lang,
      },
      (failure: Error | null, html?: string) => {
        if (failure) onError(failure);
        response.type('html').send(html ?? 'Something went wrong.');
      },
    );
  };
}

/** Who takes anything, as curl does, is a program. */
function wantsPage(request: Request): boolean {
  const isApi = /^\/(api|healthz|metrics)(\/|$)/.test(request.path);
  return !isApi && request.accepts(['json', 'html']) === 'html';
}
