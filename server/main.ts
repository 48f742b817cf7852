import { createServer } from 'node:http';
import { Engine, SearchError } from '../lib/index.ts';
import { packageFile } from '../lib/root.ts';
import { createApp } from './app.ts';

const HOST = process.env.HOST ?? '127.0.0.1';
const PORT = Number(process.env.PORT ?? 3000);
const PATH = process.env.QKV_DB ?? packageFile('data/index.db');

/** Room for a query of 10,000 characters, percent-encoded, so that it gets our own error and not a dropped connection. */
const HEADER_BYTES = 128 * 1024;

async function main(): Promise<void> {
  if (!Number.isInteger(PORT) || PORT < 0 || PORT > 65535) {
    throw new SearchError(
      'INVALID_PARAMETER',
      `Expected PORT to be a whole number from 0 to 65535, got ${process.env.PORT}.`,
    );
  }
  const engine = Engine.open({ path: PATH });
  if (engine.status().indexedAt === null) {
    console.log('Indexing the demo notes …');
    const { documents } = await engine.sync([packageFile('data/demo')]);
    console.log(`${documents} notes indexed.`);
  }
  await engine.freshness.look();
  const app = createApp({ engine, hosts: [HOST], onError: (error) => console.error(error) });
  const server = createServer({ maxHeaderSize: HEADER_BYTES, requestTimeout: 30_000 }, app);
  server.on('error', (error: NodeJS.ErrnoException) => {
    console.error(
      error.code === 'EADDRINUSE'
        ? `Port ${PORT} is in use. Choose another: PORT=3001 npm start`
        : error.message,
    );
    engine.close();
    process.exitCode = 1;
  });
  server.listen(PORT, HOST, () => {
    const address = server.address();
    const port = typeof address === 'object' && address ? address.port : PORT;
    console.log(
      `qkv-search is at http://${HOST.includes(':') ? `[${HOST}]` : HOST}:${port}  (Ctrl-C stops it)`,
    );
  });
  const stop = () => {
    server.close(() => engine.close());
    server.closeIdleConnections();
    setTimeout(() => server.closeAllConnections(), 3000).unref();
  };
  process.once('SIGINT', stop);
  process.once('SIGTERM', stop);
}

main().catch((error: unknown) => {
  console.error(error instanceof SearchError ? error.message : error);
  process.exitCode = 1;
});
