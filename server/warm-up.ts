import { createServer, type Server } from 'node:http';
import { Duplex } from 'node:stream';
import type { Engine } from '../lib/engine.ts';
import { inSlices } from '../lib/turns.ts';
import { createApp } from './app.ts';
import { LANGUAGES } from './i18n.ts';
import { findExamples } from './views/examples.ts';

/** Milliseconds that it takes at most, but for the question at hand. */
const MOST = 1200;
/** The question that is the empty page: what that asks the library is found before, by then compiled searches. */
const EMPTY_PAGE = 4;
/** Documents from one question to the next: a prime, so that they come from all over the library. */
const STRIDE = 7919;

/**
 * Asks the library for its own titles before anybody else asks, as searches and as pages, so that
 * what answers is read and compiled by then. It asks an application of its own over a connection
 * that leads nowhere: the same code, but no answer is remembered, counted or logged. One question
 * at a time, and the event loop goes round between them: who asks meanwhile waits for one.
 *
 * @param isOver  asked before each question; true ends it
 * @returns  how many questions were answered; 0 for an empty library
 */
export async function warmUp(
  engine: Engine,
  { isOver = () => false, most = MOST }: { readonly isOver?: () => boolean; readonly most?: number } = {},
): Promise<number> {
  const until = performance.now() + most;
  const ask = connect(createServer(createApp({ engine, measuresProcess: false })));
  let answered = 0;
  for (let n = 0; performance.now() < until && engine.isReady && !isOver(); n++) {
    if (n === EMPTY_PAGE) await inSlices(examples(engine));
    const address = engine.isReady ? addressOf(engine, n) : null;
    if (address === null) break;
    if ((await ask(address)) === 200) answered++;
  }
  return answered;
}

/** What the empty page asks the library in each language, a search or two at a time. */
function* examples(engine: Engine): Generator<undefined, void> {
  for (const language of LANGUAGES) {
    const steps = findExamples(engine, language);
    while (engine.isReady && !steps.next().done) yield;
  }
}

/**
 * The n-th question, none twice: a title, one that is still being typed, or how a document begins, so that words
 * are read softly too, and long questions answered. From the tenth on every fourth is a page; before that
 * the empty page, so that not everything a page takes is read and compiled in one go.
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

/** A connection to a server that does not listen; asks for one address at a time, and gives the status. */
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
