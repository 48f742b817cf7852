import compression from 'compression';
import ejs from 'ejs';
import express, { type ErrorRequestHandler, type Express, type Request, type RequestHandler } from 'express';
import type { Engine } from '../lib/engine.ts';
import { type ErrorCode, SearchError } from '../lib/errors.ts';
import { packageFile } from '../lib/root.ts';
import { answerCache } from './answer-cache.ts';
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
import { routeNames } from './routes.ts';
import { hostCheck, originCheck, securityHeaders } from './security.ts';
import { tokenCheck } from './token.ts';
import { turns } from './turns.ts';
import { PLAIN_STATE } from './urls.ts';

export interface AppOptions {
  readonly engine: Engine;
  /** Host names, besides localhost, under which requests are accepted. */
  readonly hosts?: readonly string[];
  /** The access token; undefined lets everybody in. See `checkToken`. */
  readonly token?: string | undefined;
  /** Reports why changes in the watched folders cannot be indexed now, or null. */
  readonly following?: Following;
  /** Receives one line of JSON per request. */
  readonly onRequest?: ((line: string) => void) | undefined;
  /** Whether these lines include the query string. */
  readonly logQueries?: boolean;
  /** Whether /metrics includes memory and event loop; default true. */
  readonly measuresProcess?: boolean;
  /** Receives every unexpected error (those answered with INTERNAL). */
  readonly onError?: (error: unknown) => void;
}

/**
 * Builds the server as an Express application. It does not listen. Besides the engine it holds only
 * per-process state: cached answers, rate limits, the request queue and metrics.
 */
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
  const api = apiRouter(engine);
  const pages = pagesRouter(engine, assets, following);
  const looks = ['/metrics', '/healthz', '/healthz/live'];
  const routeOf = routeNames(looks, { '/api': api, '/assets': assets.router, '': pages });
  const metrics = createMetrics(engine, following, routeOf, options.measuresProcess);
  app.use(chained([metrics.observe, ...guards(options), methodCheck]));
  app.get(looks, ({ query }, _response, next) => {
    new Parameters(query).finish();
    next();
  });
  // Liveness needs neither a place nor an index; /healthz, below `readyCheck`, is readiness.
  app.get('/healthz/live', (_request, response) => void response.json({ status: 'ok' }));
  app.use(chained([concurrencyLimit(), compressed()]));
  app.get('/metrics', metrics.page);
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
  const cachedInTurn = [answerCache(engine, following), turn];
  app.use('/api', cachedInTurn, api);
  app.get('/', cachedInTurn);
  app.use(['/map', '/map.svg', '/tour', '/documents'], turn);
  app.use(pages);
  app.use(({ path }, _response, next) => {
    // throws URIError for a malformed escape, which is answered with 400 instead of 404
    decodeURIComponent(path);
    next(
      new SearchError('NOT_FOUND', 'There is nothing at {path}.', { facts: { path: path.slice(0, 200) } }),
    );
  });
  app.use(errorHandler(engine, assets, following, onError));
  return app;
}

/** Answers NOT_READY (503) while the index is being read and after it was closed. */
function readyCheck(engine: Engine): RequestHandler {
  return (_request, response, next) => {
    if (engine.isReady) {
      engine.version(); // picks up what other processes have committed, so that this request sees it
      return next();
    }
    response.set('Retry-After', '1');
    next(new SearchError('NOT_READY', 'The index is being read, or was closed. Try again in a second.'));
  };
}

/** The middleware that every request passes, in this order. */
function guards({ hosts = [], token, onRequest, logQueries = false }: AppOptions): RequestHandler[] {
  return [
    ...(onRequest ? [accessLog(onRequest, logQueries)] : []),
    securityHeaders,
    // The host check defends against DNS rebinding. A token does too, so its holder may use any host
    // name.
    ...(token === undefined
      ? [hostCheck(hosts)]
      : [tokenCheck(token, rate(SERVER_LIMITS.refusedPerMinute)), rate(SERVER_LIMITS.perMinute)]),
    originCheck,
    addressLimit,
  ];
}

const methodCheck: RequestHandler = (request, response, next) => {
  if (request.method === 'GET' || request.method === 'HEAD') return next();
  response.set('Allow', 'GET, HEAD');
  next(new SearchError('METHOD_NOT_ALLOWED', `Expected GET or HEAD, got ${request.method}.`));
};

/** Chains handlers into one. Express takes longer to find the next handler than most of these take to run. */
function chained(handlers: readonly RequestHandler[]): RequestHandler {
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

/**
 * Compresses only where the client sends Accept-Encoding. Wrapping the response of every other client
 * cost a tenth of a search.
 */
function compressed(): RequestHandler {
  const compress = compression();
  return (request, response, next) => {
    if (request.headers['accept-encoding'] !== undefined) return compress(request, response, next);
    response.vary('Accept-Encoding');
    next();
  };
}

/** Codes sent to clients that have not been let in; their error page says nothing about the library. */
const ACCESS_REFUSED: ReadonlySet<ErrorCode> = new Set([
  'UNAUTHORIZED',
  'TOO_MANY_REQUESTS',
  'FORBIDDEN_HOST',
  'FORBIDDEN_ORIGIN',
]);

/** Answers errors with RFC 9457 problem details for programs and an HTML page for browsers. */
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
      title: `${t('error.title')} – qkv-search`,
      state: PLAIN_STATE,
      language,
      json: null,
    });
    // The footer counts documents and passages: not for clients that were refused.
    const footer = ACCESS_REFUSED.has(error.code) ? '' : page.footer;
    // Keeps a refused query in the field, so that the user can shorten it there.
    const q = request.path === '/' && typeof request.query.q === 'string' ? request.query.q : '';
    response.render(
      'error',
      {
        t,
        page: { ...page, footer },
        ...errorText(error, language),
        q,
        isRefused: error.code === 'QUERY_TOO_LONG',
        lang,
      },
      (failure: Error | null, html?: string) => {
        if (failure) onError(failure);
        response.type('html').send(html ?? 'Something went wrong.');
      },
    );
  };
}

/**
 * Whether to answer with HTML. A client with a wildcard Accept (curl's default) gets JSON, and so does
 * every API path.
 */
function wantsPage(request: Request): boolean {
  const isApi = /^\/(api|healthz|metrics)(\/|$)/.test(request.path);
  return !isApi && request.accepts(['json', 'html']) === 'html';
}
