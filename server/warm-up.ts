import { createServer, type Server } from 'node:http';
import { Duplex } from 'node:stream';
import type { Engine } from '../lib/engine.ts';
import { runInSlices } from '../lib/turns.ts';
import { createApp } from './app.ts';
import { LANGUAGES } from './i18n.ts';
import { findExamples } from './views/examples.ts';

/** Time limit in milliseconds; the request under way then still completes. */
const MAX_MS = 1200;
/**
 * Which request is the empty page. Its example searches run before it, when the searches before them have
 * compiled that code.
 */
const EMPTY_PAGE = 4;
/** Step between the documents asked about. A prime, so that they come from all over the library. */
const STRIDE = 7919;

/**
 * Warms the server up before real requests come: asks for the library's own titles, as searches and as
 * pages, so that V8 has compiled the code and the index has been read.
 *
 * It asks a separate application over an in-memory connection. That runs the same code, but nothing is
 * cached, counted or logged for the real one. Requests run one at a time and the event loop turns between
 * them, so a real request waits for one at most.
 *
 * @param isOver  asked before each request; true stops
 * @param most  time limit in milliseconds
 * @returns  the number of requests answered with 200; 0 for an empty library
 */
export async function warmUp(
  engine: Engine,
  { isOver = () => false, most = MAX_MS }: { readonly isOver?: () => boolean; readonly most?: number } = {},
): Promise<number> {
  const until = performance.now() + most;
  const ask = connect(createServer(createApp({ engine, measuresProcess: false })));
  let answered = 0;
  for (let n = 0; performance.now() < until && engine.isReady && !isOver(); n++) {
    if (n === EMPTY_PAGE) await runInSlices(examples(engine));
    const address = engine.isReady ? addressOf(engine, n) : null;
    if (address === null) break;
    if ((await ask(address)) === 200) answered++;
  }
  return answered;
}

/** Finds the examples of the empty page in each language, one or two searches per step. */
function* examples(engine: Engine): Generator<undefined, void> {
  for (const language of LANGUAGES) {
    const steps = findExamples(engine, language);
    while (engine.isReady && !steps.next().done) yield;
  }
}

/**
 * The URL of the n-th request; no URL repeats, as the temperature differs. Queries are in turn a title, a
 * title still being typed (so that readings of unknown words run), and the beginning of a document (a long
 * query). Early on, pages are rare: the fifth request is the empty page, and from the twelfth on every
 * fourth is a page with results. That spreads the compilation of the page code over several requests.
 */
function addressOf(engine: Engine, n: number): string | null {
  const { ids } = engine.arrays();
  const id = ids[(n * STRIDE) % ids.length];
  if (id === undefined) return null;
  const { title, content } = engine.document(id);
  const forms = [title, title.slice(0, -1), content.trimStart().slice(0, 80)];
  const q = (forms[n % forms.length] ?? '').slice(0, 100).trim() || '?';
  if (n === EMPTY_PAGE) return '/';
  const isPage = n > 10 && n % 4 === 3;
  const limit = n < 12 ? '1' : '10';
  const parameters = new URLSearchParams({ q, limit, temperature: String(1 + n / 1e6) });
  return `${isPage ? '/' : '/api/search'}?${parameters}`;
}

/**
 * Connects to a server that does not listen, through a stream in memory.
 *
 * @returns  a function that requests one URL at a time and resolves to the status code
 */
function connect(server: Server): (address: string) => Promise<number> {
  const socket = new Duplex({ read() {}, write: (_chunk, _encoding, done) => done() });
  server.emit('connection', socket);
  return (address) =>
    new Promise((resolve) => {
      server.once('request', (_request, response) =>
        response.once('close', () => resolve(response.statusCode)),
      );
      socket.push(`GET ${address} HTTP/1.1\r\nHost: localhost\r\n\r\n`);
    });
}
