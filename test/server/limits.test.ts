import { once } from 'node:events';
import { type AddressInfo, connect } from 'node:net';
import express from 'express';
import { expect, test, vi } from 'vitest';
import { Engine } from '../../lib/engine.ts';
import { createApp } from '../../server/app.ts';
import { concurrencyLimit, createLimitedServer, SERVER_LIMITS } from '../../server/limits.ts';
import { accessLog } from '../../server/log.ts';

test('a request whose headers never end times out with 408', async () => {
  const listening = createLimitedServer(express(), {
    ...{ headers: 200, request: 400, silence: 1000, connections: 10 },
  });
  listening.listen(0, '127.0.0.1');
  await once(listening, 'listening');
  const socket = connect((listening.address() as AddressInfo).port, '127.0.0.1');
  let said = '';
  socket.on('data', (chunk) => {
    said += chunk.toString();
  });
  socket.on('error', () => {}); // a write after the server has closed the connection
  socket.write('GET / HTTP/1.1\r\nHost: localhost\r\n');
  const drip = setInterval(() => socket.write('X-More: 1\r\n'), 50);
  await once(socket, 'close');
  clearInterval(drip);
  listening.close();
  expect(said).toMatch(/^HTTP\/1\.1 408 /);
});

test('a client that never reads loses its connection; until then the server is live, though it has no place left', async () => {
  const engine = Engine.open();
  await engine.index([{ uri: 'a', title: 'Long', content: 'Roses are red. '.repeat(1e6), format: 'text' }]);
  const app = createApp({ engine, measuresProcess: false });
  const listening = createLimitedServer(app, { ...SERVER_LIMITS, silence: 2000 });
  listening.listen(0, '127.0.0.1');
  await once(listening, 'listening');
  const { port } = listening.address() as AddressInfo;
  const statusOf = async (path: string) => (await fetch(`http://127.0.0.1:${port}${path}`)).status;
  const ask = (path: string) => `GET ${path} HTTP/1.1\r\nHost: localhost\r\n\r\n`;
  const socket = connect(port, '127.0.0.1').pause();
  socket.on('error', () => {});
  // Answers leave in the order of their requests, so all of them wait for the long one.
  socket.write(ask('/api/documents/1') + ask('/healthz').repeat(SERVER_LIMITS.concurrency));
  await vi.waitFor(async () => expect(await statusOf('/healthz')).toBe(503), 10_000);
  expect(await statusOf('/healthz/live')).toBe(200);
  await vi.waitFor(async () => expect(await statusOf('/healthz')).toBe(200), 20_000);
  socket.destroy();
  listening.close();
  engine.close();
}, 40_000);

test('an answer that takes longer to make than a client may take to read it is sent', async () => {
  const app = express();
  app.get('/', (_request, response) => void setTimeout(() => response.send('done'), 1500));
  const listening = createLimitedServer(app, { ...SERVER_LIMITS, silence: 300 });
  listening.listen(0, '127.0.0.1');
  await once(listening, 'listening');
  const answer = await fetch(`http://127.0.0.1:${(listening.address() as AddressInfo).port}/`);
  expect(await answer.text()).toBe('done');
  listening.close();
});

test('concurrent requests beyond the limit get 503 with Retry-After, and the others are answered', async () => {
  const app = express();
  const waiting: (() => void)[] = [];
  app.use(concurrencyLimit(2));
  app.get('/', (_request, response) => {
    waiting.push(() => response.send('done'));
  });
  app.use(((error, _request, response, _next) => {
    response.status(error.status).json({ code: error.code });
  }) as express.ErrorRequestHandler);
  const listening = app.listen(0, '127.0.0.1');
  await new Promise((resolve) => listening.once('listening', resolve));
  const url = `http://127.0.0.1:${(listening.address() as { port: number }).port}/`;
  const running = [fetch(url), fetch(url)];
  while (waiting.length < 2) await new Promise((resolve) => setTimeout(resolve, 5));
  const refused = await fetch(url);
  expect(refused.status).toBe(503);
  expect(refused.headers.get('retry-after')).toBe('1');
  expect(await refused.json()).toEqual({ code: 'TOO_BUSY' });
  for (const answer of waiting.splice(0)) answer();
  expect((await Promise.all(running)).map(({ status }) => status)).toEqual([200, 200]);
  const next = fetch(url);
  while (waiting.length < 1) await new Promise((resolve) => setTimeout(resolve, 5));
  waiting[0]?.();
  expect((await next).status).toBe(200);
  listening.close();
});

test('a client that disconnects frees the places of all requests of its connection, which are logged as unfinished', async () => {
  const app = express();
  const lines: string[] = [];
  let asked = 0;
  app.use(
    accessLog((line) => lines.push(line), false),
    concurrencyLimit(6),
  );
  app.get('/slow', () => void asked++); // five of them wait behind the first (pipelining)
  app.get('/', (_request, response) => void response.send('done'));
  app.use(((error, _request, response, _next) => {
    response.status(error.status).end();
  }) as express.ErrorRequestHandler);
  const listening = app.listen(0, '127.0.0.1');
  await once(listening, 'listening');
  const { port } = listening.address() as AddressInfo;
  const socket = connect(port, '127.0.0.1');
  socket.write('GET /slow HTTP/1.1\r\nHost: localhost\r\n\r\n'.repeat(6));
  await vi.waitFor(() => expect(asked).toBe(6));
  const ask = async () => (await fetch(`http://127.0.0.1:${port}/`)).status;
  expect(await ask()).toBe(503);
  socket.destroy();
  await vi.waitFor(async () => expect(await ask()).toBe(200));
  const slow = lines.map((line) => JSON.parse(line)).filter(({ path }) => path === '/slow');
  expect(slow.map(({ finished }) => finished)).toEqual(Array(6).fill(false));
  const again = connect(port, '127.0.0.1');
  again.write('GET /slow HTTP/1.1\r\nHost: localhost\r\n\r\n'.repeat(6));
  await vi.waitFor(() => expect(asked).toBe(12));
  expect(await ask(), 'and no place was freed twice').toBe(503);
  again.destroy();
  listening.close();
});
