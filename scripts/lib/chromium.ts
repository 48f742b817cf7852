import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { pathToFileURL } from 'node:url';
import { type Browser, chromium } from 'playwright-core';
import type { Engine } from '../../lib/engine.ts';
import { packageFile } from '../../lib/root.ts';
import { createApp } from '../../server/app.ts';
import { CommandError } from './cli.ts';

/** No GPU, no background traffic, and no sandbox, which needs privileges that containers do not have. */
const ARGUMENTS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** Launches the system's Chromium. @throws {CommandError} when there is none */
export async function launchChromium(): Promise<Browser> {
  // browser.mjs runs before anything is compiled, so it is plain JavaScript outside the build.
  const { findBrowser } = (await import(pathToFileURL(packageFile('scripts/browser.mjs')).href)) as {
    findBrowser(): string | null;
  };
  const executablePath = findBrowser();
  if (executablePath) return chromium.launch({ executablePath, args: ARGUMENTS });
  throw new CommandError(
    'Expected a Chromium browser, found none. Install Chrome or Chromium, or set CHROME_PATH to one.',
  );
}

/** Serves an engine's pages to a browser while `use` runs, and closes all three. @param use is given the server's origin */
export async function inBrowser<T>(
  engine: Engine,
  use: (browser: Browser, origin: string) => Promise<T>,
): Promise<T> {
  const browser = await launchChromium(); // first: where there is none, no server is left listening
  const server = createServer(createApp({ engine }));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  try {
    return await use(browser, `http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  } finally {
    await browser.close();
    server.close();
    server.closeAllConnections();
    engine.close();
  }
}
