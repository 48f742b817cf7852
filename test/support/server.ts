import { type IncomingHttpHeaders, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Engine } from '../../lib/engine.ts';
import { packageFile } from '../../lib/root.ts';
import { type AppOptions, createApp } from '../../server/app.ts';
import { createLimitedServer } from '../../server/limits.ts';

export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
  json(): unknown;
}

export interface TestServer {
  readonly url: string;
  /** Sends a request with any method and headers, including Host. */
  ask(path: string, options?: { method?: string; headers?: Record<string, string> }): Promise<Answer>;
  close(): Promise<void>;
}

/** Serves the application on a free port of the loopback interface. */
export async function serve(
  engine: Engine,
  onError: (error: unknown) => void = () => {},
  options: Partial<AppOptions> = {},
): Promise<TestServer> {
  const app = createApp({ engine, onError, ...options });
  const server = createLimitedServer(app);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    ask: (path, { method = 'GET', headers = {} } = {}) =>
      new Promise((resolve, reject) => {
        const asked = request({ host: '127.0.0.1', port, path, method, headers }, (response) => {
          const chunks: Buffer[] = [];
          response.on('data', (chunk: Buffer) => chunks.push(chunk));
          response.on('end', () => {
            const text = Buffer.concat(chunks).toString('utf8');
            const { statusCode = 0, headers: received } = response;
            resolve({ status: statusCode, headers: received, text, json: () => JSON.parse(text) });
          });
        });
        asked.on('error', reject);
        asked.end();
      }),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** Serves the demo notes; `close` also closes their engine. */
export async function serveDemo(): Promise<{ readonly engine: Engine; readonly server: TestServer }> {
  const engine = Engine.open();
  await engine.sync([packageFile('data/demo')]);
  const server = await serve(engine);
  const close = async () => {
    await server.close();
    engine.close();
  };
  return { engine, server: { ...server, close } };
}
