import { once } from 'node:events';
import { createServer } from 'node:net';
import { networkInterfaces } from 'node:os';
import { extname } from 'node:path';
import { parseArgs } from 'node:util';
import { Worker } from 'node:worker_threads';
import { Engine, SearchError } from '../lib/index.ts';
import { defaultIndex, packageFile, returnToCaller } from '../lib/root.ts';
import { createApp } from './app.ts';
import type { Trouble } from './following.ts';
import { createLimitedServer } from './limits.ts';
import { checkToken } from './token.ts';
import { warmUp } from './warm-up.ts';
import type { WatchJob, WatchMessage } from './watch-worker.ts';

const USAGE = `npm start [-- --watch PATH]…

Serves the index at http://127.0.0.1:3000; where there is none yet, the demo notes are indexed first.

  --watch PATH   index a folder, and follow it; may be repeated
  --help         this text

Set PORT, HOST, QKV_DB, QKV_TOKEN, QKV_LOG: see docs/server.md.`;

// `||` and not `??`: an empty variable counts as unset.
const HOST = process.env.HOST || '127.0.0.1';
const PORT = Number(process.env.PORT || 3000);
const PATH = process.env.QKV_DB || defaultIndex();
const TOKEN = process.env.QKV_TOKEN || undefined;
/** Milliseconds that requests under way may take after the server is told to stop. */
const GRACE = 3000;
/** 'requests' logs a line per request; 'queries' includes the query string. */
const LOG = process.env.QKV_LOG || undefined;

/**
 * Reads the folders to follow. Returns null after --help, and after a wrong command line, which it has
 * then reported and turned into exit code 2.
 */
function readArguments(argv: string[]): string[] | null {
  if (argv.includes('--help') || argv.includes('-h')) {
    console.log(USAGE);
    return null;
  }
  try {
    return (
      parseArgs({ args: argv, options: { watch: { type: 'string', multiple: true } } }).values.watch ?? []
    );
  } catch (error) {
    const [said] = (error as Error).message.split(/\. |\n/);
    console.error(`${said?.replace(/\.$/, '')}. Use npm start -- --help to see how.`);
    process.exitCode = 2;
    return null;
  }
}

async function main(): Promise<void> {
  returnToCaller();
  const paths = readArguments(process.argv.slice(2));
  if (paths === null) return;
  if (!Number.isInteger(PORT) || PORT < 0 || PORT > 65535) {
    throw new SearchError(
      'INVALID_PARAMETER',
      `Expected PORT to be a whole number from 0 to 65535, got ${process.env.PORT}.`,
    );
  }
  if (LOG !== undefined && LOG !== 'requests' && LOG !== 'queries') {
    throw new SearchError('INVALID_PARAMETER', `Expected QKV_LOG to be requests or queries, got ${LOG}.`);
  }
  checkToken(HOST, TOKEN);
  await checkAddress();
  const engine = Engine.open({ path: PATH });
  if (engine.store.meta('indexedAt') === null && paths.length === 0) {
    console.log('Indexing the demo notes …');
    const { documents } = await engine.sync([packageFile('data/demo')]);
    console.log(`${documents} notes indexed.`);
  }
  if (engine.store.database.memory) {
    console.log(
      `${PATH} is read-only here: it is searched as it is now; restart to see what is indexed elsewhere.`,
    );
  }
  let trouble: Trouble | null = null;
  const app = createApp({
    engine,
    following: () => trouble,
    hosts: [HOST],
    token: TOKEN,
    onRequest: LOG === undefined ? undefined : (line) => console.log(line),
    logQueries: LOG === 'queries',
    onError: (error) => console.error(error),
  });
  const onTrouble = (now: Trouble | null) => {
    trouble = now;
  };
  const watcher = paths.length > 0 ? follow({ database: PATH, paths }, onTrouble) : null;
  const server = createLimitedServer(app);
  server.on('error', (error) => {
    console.error(whyNot(error));
    watcher?.postMessage('stop');
    engine.close();
    process.exitCode = 1;
  });
  let isAsked = false; // a request other than a health check has arrived, so warming up must not delay it
  server.on('request', ({ url = '' }) => {
    isAsked ||= !url.startsWith('/healthz');
  });
  // Listens before the index is read: until then requests are answered 503 with Retry-After. The address
  // is printed once the server has warmed up.
  server.listen(PORT, HOST, async () => {
    const address = server.address();
    const port = typeof address === 'object' && address ? address.port : PORT;
    try {
      await engine.goLive();
      await engine.freshness.look();
      await warmUp(engine, { isOver: () => isAsked });
      console.log(
        `qkv-search is at http://${HOST.includes(':') ? `[${HOST}]` : HOST}:${port}  (Ctrl-C stops it)`,
      );
      const others = /^(?:0\.0\.0\.0|::)$/.test(HOST)
        ? addresses().map((one) => `http://${one}:${port}`)
        : [];
      if (others.length > 0) console.log(`From other devices: ${others.join('  ')}`);
    } catch (error) {
      console.error(error instanceof SearchError ? error.message : error);
      process.exitCode = 1;
      stop();
    }
  });
  const stop = () => {
    watcher?.postMessage('stop');
    server.close(() => engine.close());
    server.closeIdleConnections();
    setTimeout(() => {
      server.closeAllConnections();
      // The watcher may be in the middle of a fit or a long PDF. Terminating it loses nothing: committed
      // batches stay, and the next start continues from there.
      void watcher?.terminate();
    }, GRACE).unref();
  };
  process.once('SIGINT', stop);
  process.once('SIGTERM', stop);
}

/** The first three external IPv4 addresses of this machine. */
function addresses(): string[] {
  const all = Object.values(networkInterfaces()).flatMap((list = []) => list);
  const outside = all.filter(({ family, internal }) => family === 'IPv4' && !internal);
  return outside.slice(0, 3).map(({ address }) => address);
}

/** Starts a worker thread that indexes folders and follows their changes. */
function follow(job: WatchJob, onTrouble: (trouble: Trouble | null) => void): Worker {
  const file = new URL(`./watch-worker${extname(import.meta.url)}`, import.meta.url);
  const worker = new Worker(file, { workerData: job });
  console.log(`Following ${job.paths.join(', ')} …`);
  worker.on('message', (message: WatchMessage) => {
    if (typeof message !== 'string') onTrouble(message.trouble);
    else console.log(`${new Date().toLocaleTimeString('en-GB')} ${message}`);
  });
  worker.on('error', (error) => {
    onTrouble('ended');
    console.error(`No longer following: ${error.message}`);
  });
  return worker;
}

/**
 * Listens for a moment where the server will: indexing takes a while, and whoever has to choose another port is to hear
 * of it before.
 */
async function checkAddress(): Promise<void> {
  const probe = createServer().listen(PORT, HOST);
  try {
    await once(probe, 'listening');
  } catch (error) {
    throw new SearchError('INVALID_PARAMETER', whyNot(error as Error));
  }
  await once(probe.close(), 'close');
}

/** Why the server cannot listen, and what to do. */
function whyNot({ code, message }: NodeJS.ErrnoException): string {
  if (code === 'EADDRINUSE') return `Port ${PORT} is in use. Choose another: PORT=3001 npm start`;
  if (code === 'EACCES') return `Port ${PORT} is not for this user. Choose another: PORT=3001 npm start`;
  if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND')
    return `HOST=${HOST} is no address of this machine. HOST=127.0.0.1 is for this machine alone, 0.0.0.0 for others too.`;
  return message;
}

main().catch((error: unknown) => {
  console.error(error instanceof SearchError ? error.message : error);
  process.exitCode = 1;
});
