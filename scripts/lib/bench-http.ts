import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import autocannon from 'autocannon';
import { packageFile } from '../../lib/root.ts';
import { CommandError } from './cli.ts';

export interface HttpMeasurement {
  readonly name: string;
  readonly perSecond: number;
  /** Milliseconds. */
  readonly p50: number;
  readonly p99: number;
  /** Everything that was not answered with 200. */
  readonly errors: number;
}

const CONNECTIONS = 32;

/** The server over the demo notes, in a process of its own, asked by 32 connections at once. */
export async function measureHttp(seconds: number): Promise<HttpMeasurement[]> {
  const folder = mkdtempSync(join(tmpdir(), 'qkv-http-'));
  const server = spawn(process.execPath, [packageFile('dist/server/main.js')], {
    env: { ...process.env, PORT: '0', QKV_DB: join(folder, 'index.db') },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  try {
    const url = await addressOf(server.stdout);
    const queries = readFileSync(packageFile('data/demo-queries/queries.jsonl'), 'utf8')
      .trim()
      .split('\n')
      .map((line) => encodeURIComponent((JSON.parse(line) as { text: string }).text));
    // A temperature nobody had before makes a question new.
    let asked = 0;
    const fresh = () => `q=${queries[asked % queries.length]}&temperature=${1 + asked++ / 1e6}`;
    const again = () => `q=${queries[asked++ % 20]}`;
    return [
      await cannon('searches, none asked before', url, () => `/api/search?${fresh()}`, seconds),
      await cannon('searches, twenty again and again', url, () => `/api/search?${again()}`, seconds),
      await cannon('pages, none asked before', url, () => `/?${fresh()}`, seconds),
      await cannon('pages, twenty again and again', url, () => `/?${again()}`, seconds),
    ];
  } finally {
    server.kill();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function addressOf(output: AsyncIterable<Buffer>): Promise<string> {
  let said = '';
  for await (const chunk of output) {
    said += chunk.toString();
    const url = /http:\/\/\S+/.exec(said)?.[0];
    if (url !== undefined) return url;
  }
  throw new CommandError(`The server did not start: ${said}`);
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
