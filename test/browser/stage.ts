import { existsSync, statSync } from 'node:fs';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { Engine } from '../../lib/engine.ts';
import { packageFile } from '../../lib/root.ts';
import { launchChromium } from '../../scripts/lib/chromium.ts';
import { serve, type TestServer } from '../support/server.ts';

/** One browser and one server over the demo notes, shared by all tests of the pages. */
export interface Stage {
  readonly engine: Engine;
  readonly server: TestServer;
  readonly browser: Browser;
  /** Opens a path of the server, in English on a wide screen in light mode; with options, in a new profile. */
  open(path: string, options?: VisitOptions): Promise<Page>;
  /** The JSON that the API returns. */
  api<T>(path: string): Promise<T>;
  /** What happened that must not happen on any page, until emptied: see `watch`. */
  readonly problems: string[];
  /** Closes other profiles and resets the shared page. */
  leave(): Promise<void>;
  close(): Promise<void>;
}

export interface VisitOptions extends BrowserContextOptions {
  /** Another server, with notes of its own. */
  readonly server?: TestServer;
}

export async function openStage(): Promise<Stage> {
  if (!existsSync(packageFile('dist/client.js')) || statSync(packageFile('dist/client.js')).size === 0)
    throw new Error('Expected dist/client.js, which the pages load; it is missing. Run: npm run build');
  const engine = Engine.open();
  await engine.sync([packageFile('data/demo')]);
  const problems: string[] = [];
  const server = await serve(engine, (error) => problems.push(`server: ${String(error)}`));
  const browser = await launchChromium();
  const enter = async (home: string, options: BrowserContextOptions): Promise<Page> => {
    const context = await browser.newContext({ locale: 'en-GB', reducedMotion: 'reduce', ...options });
    context.setDefaultTimeout(10_000);
    const page = await context.newPage();
    watch(page, home, problems);
    return page;
  };
  // Most tests share a page: a new profile costs more than a visit.
  const shared = await enter(server.url, {});
  return {
    engine,
    server,
    browser,
    problems,
    open: async (path, { server: other = server, ...options } = {}) => {
      const isPlain = other === server && Object.keys(options).length === 0;
      const page = isPlain ? shared : await enter(other.url, options);
      await page.goto(other.url + path);
      return page;
    },
    api: async <T>(path: string) => (await server.ask(path)).json() as T,
    leave: async () => {
      for (const context of browser.contexts()) if (context !== shared.context()) await context.close();
      await shared.unrouteAll({ behavior: 'ignoreErrors' });
      await shared.emulateMedia({ colorScheme: null, media: null });
      await shared.setViewportSize({ width: 1280, height: 720 });
      if (shared.url() !== 'about:blank') await shared.evaluate('localStorage.clear()');
    },
    close: async () => {
      await browser.close();
      await server.close();
      engine.close();
    },
  };
}

/**
 * Records what must not happen on any page: a request to elsewhere, an error or a warning in the
 * console (a violation of the Content-Security-Policy is one), an exception, a dialog.
 */
function watch(page: Page, home: string, problems: string[]): void {
  page.on('request', (request) => {
    const url = request.url();
    if (!url.startsWith(`${home}/`) && !url.startsWith('data:')) problems.push(`request: ${url}`);
  });
  page.on('console', (message) => {
    const isRefusal = message.text().startsWith('Failed to load resource'); // the status of an error page
    if (['error', 'warning'].includes(message.type()) && !isRefusal)
      problems.push(`console: ${message.text()}`);
  });
  page.on('pageerror', (error) => problems.push(`exception: ${error.message}`));
  page.on('dialog', (dialog) => {
    problems.push(`dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
}

/** Waits until the results of a search under way are drawn. */
export async function settled(page: Page): Promise<void> {
  await page.locator('[data-live]:not(.busy)').waitFor();
}
