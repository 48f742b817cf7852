import type { RequestHandler } from 'express';
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import type { Engine } from '../lib/engine.ts';
import { onceFinished } from './finished.ts';
import type { Following } from './following.ts';

interface Metrics {
  /** Middleware that times every request. */
  readonly observe: RequestHandler;
  /** Handler of GET /metrics. */
  readonly page: RequestHandler;
}

/**
 * Creates the Prometheus metrics: request durations by route and status, search steps, the index and,
 * where `ofProcess`, prom-client's process metrics.
 *
 * @param routeOf  names the route of a path
 */
export function createMetrics(
  engine: Engine,
  following: Following,
  routeOf: (path: string) => string,
  ofProcess = true,
): Metrics {
  const registry = new Registry();
  if (ofProcess) collectDefaultMetrics({ register: registry });
  const seconds = new Histogram({
    name: 'qkv_request_duration_seconds',
    help: 'From the request to the end of the response.',
    labelNames: ['route', 'status'],
    buckets: [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 5],
    registers: [registry],
  });
  // Plain sums instead of a histogram: five observations per search would take a twentieth of the time of
  // a search of the demo notes.
  const secondsOf: Record<string, number> = {};
  let searches = 0;
  new Counter({
    name: 'qkv_searches_total',
    help: 'Searches that were computed, not answered from the cache.',
    registers: [registry],
    collect() {
      this.reset();
      this.inc(searches);
    },
  });
  new Counter({
    name: 'qkv_search_step_seconds_total',
    help: 'Time spent in their steps, as in tookMs of the responses.',
    labelNames: ['step'],
    registers: [registry],
    collect() {
      this.reset();
      for (const [step, sum] of Object.entries(secondsOf)) this.inc({ step }, sum);
    },
  });
  new Gauge({
    name: 'qkv_index_documents',
    help: 'Documents in the index.',
    registers: [registry],
    collect() {
      if (engine.isReady) this.set(engine.status().documents);
    },
  });
  new Gauge({
    name: 'qkv_index_stale_files',
    help: 'Files that have changed or vanished since they were indexed.',
    registers: [registry],
    collect() {
      const { changed, missing } = engine.freshness.current;
      this.set(changed + missing);
    },
  });
  new Gauge({
    name: 'qkv_following_trouble',
    help: '1 while changes in the folders that are followed cannot be indexed.',
    registers: [registry],
    collect() {
      this.set(following() === null ? 0 : 1);
    },
  });
  return {
    observe(request, response, next) {
      const end = seconds.startTimer();
      const { path } = request; // later on, a router may have taken its own part off
      onceFinished(request, response, () => {
        end({ route: routeOf(path), status: response.statusCode });
        const took = tookMs(response);
        if (!took) return;
        searches++;
        for (const [step, ms] of Object.entries(took)) secondsOf[step] = (secondsOf[step] ?? 0) + ms / 1000;
      });
      next();
    },
    page(_request, response, next) {
      registry
        .metrics()
        .then((text) => response.type(registry.contentType).send(text))
        .catch(next);
    },
  };
}

/** The step times that a route has stored in `response.locals`; undefined where nothing was computed. */
function tookMs({ locals }: { locals: Record<string, unknown> }): Record<string, number> | undefined {
  return locals.tookMs as Record<string, number> | undefined;
}
