import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import autocannon from 'autocannon';
import { Engine } from '../../lib/engine.ts';
import { startServer } from './bench-http.ts';
import { glossQueries } from './bench-queries.ts';
import { readAtScale, SYNSETS } from './wordnet.ts';

interface LoadReport {
  readonly seconds: number;
  readonly connections: number;
  readonly perSecond: number;
  /** Milliseconds. */
  readonly p50: number;
  readonly p99: number;
  /** Requests not answered with 200. */
  readonly errors: number;
  /** Files written into the watched folder meanwhile, and how many of them were indexed at the end. */
  readonly written: number;
  readonly found: number;
  /** Longest time that the server's event loop was blocked, in milliseconds. */
  readonly heldUp: number;
  /** Resident memory of the server before and after, in bytes. */
  readonly before: number;
  readonly after: number;
}

const CONNECTIONS = 64;
const FILES = 5000;
/** Interval, in milliseconds, of Node's event-loop timer. Its lag metric includes it. */
const TICK = 10;

/**
 * Measures the server on all of WordNet under constant load from 64 connections, while 5,000 notes are
 * written into a folder that it watches.
 *
 * @param seconds  duration of the load
 */
export async function measureLoad(seconds: number): Promise<LoadReport> {
  const folder = mkdtempSync(join(tmpdir(), 'qkv-load-'));
  const database = join(folder, 'index.db');
  const notes = join(folder, 'notes');
  mkdirSync(notes);
  const engine = Engine.open({ path: database });
  await engine.index(readAtScale(SYNSETS));
  const server = await startServer(database, '--watch', notes);
  try {
    const queries = glossQueries(1000, SYNSETS).map(encodeURIComponent);
    let asked = 0;
    const path = () => `/api/search?q=${queries[asked % queries.length]}&temperature=${1 + asked++ / 1e6}`;
    await fetch(server.url + path());
    const before = await metric(server.url, 'process_resident_memory_bytes');
    const load = autocannon({
      url: server.url,
      connections: CONNECTIONS,
      duration: seconds,
      requests: [{ setupRequest: (request) => ({ ...request, path: path() }) }],
    });
    let heldUp = 0;
    const looking = setInterval(async () => {
      const longest = 1000 * (await metric(server.url, 'nodejs_eventloop_lag_max_seconds'));
      heldUp = Math.max(heldUp, longest - TICK);
    }, 2000);
    for (let i = 0; i < FILES; i++) writeFileSync(join(notes, `${i}.md`), `# Note ${i}\n\nabout number ${i}`);
    const { requests, latency, non2xx, errors } = await load;
    clearInterval(looking);
    const found = engine.status().documents - SYNSETS;
    return {
      seconds,
      connections: CONNECTIONS,
      perSecond: requests.average,
      p50: latency.p50,
      p99: latency.p99,
      errors: non2xx + errors,
      written: FILES,
      found,
      heldUp,
      before,
      after: await metric(server.url, 'process_resident_memory_bytes'),
    };
  } finally {
    server.stop();
    engine.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function metric(url: string, name: string): Promise<number> {
  const text = await (await fetch(`${url}/metrics`)).text();
  return Number(new RegExp(`^${name} (\\S+)$`, 'm').exec(text)?.[1] ?? Number.NaN);
}
