import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import autocannon from 'autocannon';
import { packageFile } from '../../lib/root.ts';
import { CommandError } from './cli.ts';

interface HttpMeasurement {
  readonly name: string;
  readonly perSecond: number;
  /** Milliseconds. */
  readonly p50: number;
  readonly p99: number;
  /** Requests not answered with 200. */
  readonly errors: number;
}

const CONNECTIONS = 32;
/** Seconds of warm-up, as before the searches of WordNet: the server and the load generator compile their hot code. */
const WARM_UP = 5;

/**
 * Measures the server on the demo notes, in a process of its own, with 32 connections.
 *
 * @param seconds  per measurement
 */
export async function measureHttp(seconds: number): Promise<HttpMeasurement[]> {
  const folder = mkdtempSync(join(tmpdir(), 'qkv-http-'));
  const { url, stop } = await startServer(join(folder, 'index.db'));
  try {
    const queries = readFileSync(packageFile('data/demo-queries/queries.jsonl'), 'utf8')
      .trim()
      .split('\n')
      .map((line) => encodeURIComponent((JSON.parse(line) as { text: string }).text));
    const words = [...new Set(queries.flatMap((query) => query.split('%20')))];
    let asked = 0;
    const query = () => queries[asked % queries.length];
    // Each query with each word of the others behind it, so that no text comes twice.
    const fresh = () => `q=${query()}%20${words[Math.floor(asked++ / queries.length) % words.length]}`;
    // New to the answer cache.
    const other = () => `q=${query()}&temperature=${1 + asked++ / 1e6}`;
    const again = () => `q=${queries[asked++ % 20]}`;
    await cannon('', url, () => `/api/search?${fresh()}`, WARM_UP);
    return [
      await cannon('searches, none asked before', url, () => `/api/search?${fresh()}`, seconds),
      await cannon('searches, at another temperature', url, () => `/api/search?${other()}`, seconds),
      await cannon('searches, twenty again and again', url, () => `/api/search?${again()}`, seconds),
      await cannon('pages, at another temperature', url, () => `/?${other()}`, seconds),
      await cannon('pages, twenty again and again', url, () => `/?${again()}`, seconds),
    ];
  } finally {
    stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

/**
 * Starts the built server in a child process on a free port, and waits until it is ready.
 *
 * @throws {CommandError} when it ends before it has printed its address
 */
export async function startServer(
  database: string,
  ...argv: string[]
): Promise<{ readonly url: string; readonly stop: () => void }> {
  const server = spawn(process.execPath, [packageFile('dist/server/main.js'), ...argv], {
    env: { ...process.env, PORT: '0', QKV_DB: database },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const url = await addressOf(server.stdout);
  server.stdout.resume();
  return { url, stop: () => server.kill() };
}

function addressOf(output: Readable): Promise<string> {
  let said = '';
  return new Promise((resolve, reject) => {
    output.on('data', (chunk: Buffer) => {
      said += chunk.toString();
      const url = /http:\/\/\S+/.exec(said)?.[0];
      if (url !== undefined) resolve(url);
    });
    output.on('end', () => reject(new CommandError(`The server did not start: ${said}`)));
  });
}

async function cannon(
  name: string,
  url: string,
  path: () => string,
  duration: number,
): Promise<HttpMeasurement> {
  const result = await autocannon({
    url,
    connections: CONNECTIONS,
    duration,
    requests: [{ setupRequest: (request) => ({ ...request, path: path() }) }],
  });
  const { requests, latency, non2xx, errors } = result;
  return { name, perSecond: requests.average, p50: latency.p50, p99: latency.p99, errors: non2xx + errors };
}
