import ejs from 'ejs';
import express, { type ErrorRequestHandler, type Express, type Request } from 'express';
import type { Engine } from '../lib/engine.ts';
import { SearchError } from '../lib/errors.ts';
import { packageFile } from '../lib/root.ts';
import { apiRouter } from './api.ts';
import { type Assets, loadAssets } from './assets.ts';
import { chooseLanguage, translator } from './i18n.ts';
import { frame, pagesRouter } from './pages.ts';
import { asSearchError, problemOf } from './problems.ts';
import { hostCheck, securityHeaders } from './security.ts';
import { PLAIN_STATE } from './urls.ts';

export interface AppOptions {
  readonly engine: Engine;
  /** Names besides localhost under which requests are answered. */
  readonly hosts?: readonly string[];
  /** Told of every error that nobody expected. */
  readonly onError?: (error: unknown) => void;
}

/** The whole server as an express application: no state of its own beside the engine. */
export function createApp({ engine, hosts = [], onError = () => {} }: AppOptions): Express {
  const app = express();
  const assets = loadAssets();
  app.disable('x-powered-by');
  app.set('query parser', 'simple');
  app.set('views', packageFile('views'));
  app.set('view cache', true);
  app.engine('ejs', (path, data, done) => void ejs.renderFile(path, data as ejs.Data, { cache: true }, done));
  app.set('view engine', 'ejs');
  app.use(securityHeaders);
  app.use(hostCheck(hosts));
  app.use((request, response, next) => {
    if (request.method === 'GET' || request.method === 'HEAD') return next();
    response.set('Allow', 'GET, HEAD');
    next(new SearchError('METHOD_NOT_ALLOWED', `Expected GET or HEAD, got ${request.method}.`));
  });
  app.get('/healthz', (_request, response) => {
    response.json({ status: 'ok', documents: engine.status().documents });
  });
  app.use('/assets', assets.router);
  app.use('/api', apiRouter(engine));
  app.use(pagesRouter(engine, assets));
  app.use((request, _response, next) =>
    next(new SearchError('NOT_FOUND', `There is nothing at ${request.path.slice(0, 200)}.`)),
  );
  app.use(errorHandler(engine, assets, onError));
  return app;
}

/** Problem details for programs, a page for people. */
function errorHandler(
  engine: Engine,
  assets: Assets,
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
    const page = frame(engine, assets, {
      name: 'error',
      path: '/',
      title: t('error.title'),
      state: PLAIN_STATE,
      language,
      json: null,
    });
    response.render('error', { t, page, detail: error.message }, (failure: Error | null, html?: string) => {
      if (failure) onError(failure);
      response.type('html').send(html ?? 'Something went wrong.');
    });
  };
}

function wantsPage(request: Request): boolean {
  const isApi = /^\/(api|healthz|metrics)(\/|$)/.test(request.path);
  return !isApi && request.accepts(['html', 'json']) === 'html';
}
