import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, BrowserContextOptions } from 'playwright-core';
import { Engine } from '../lib/index.ts';
import { packageFile } from '../lib/root.ts';
import { inBrowser } from './lib/chromium.ts';
import { asMain, type ExitCode, type Io, runAsEntry, UsageError } from './lib/cli.ts';

const USAGE = `
npm run screenshots -- [--out DIR]

Takes screenshots of the search page on the demo notes (light, dark, 360 pixels wide, Korean) and of
the map of the library.

  --out DIR   where to (default: docs/screenshots)
  --help      this text
`;

const QUERY = 'how softmax turns scores into weights';
const DESKTOP = { width: 1200, height: 1190 };

interface Shot {
  readonly name: string;
  readonly path: string;
  readonly context: BrowserContextOptions;
}

const SHOTS: readonly Shot[] = [
  {
    name: 'light',
    path: `/?q=${encodeURIComponent(QUERY)}&lang=en`,
    context: { viewport: DESKTOP, colorScheme: 'light' },
  },
  {
    name: 'dark',
    path: `/?q=${encodeURIComponent(QUERY)}&lang=en`,
    context: { viewport: DESKTOP, colorScheme: 'dark' },
  },
  {
    name: 'narrow',
    path: `/?q=${encodeURIComponent(QUERY)}&lang=en`,
    context: { viewport: { width: 360, height: 1200 }, deviceScaleFactor: 2, colorScheme: 'light' },
  },
  {
    name: 'korean',
    path: `/?q=${encodeURIComponent('소프트맥스는 왜 합이 1일까')}&lang=ko`,
    context: { viewport: DESKTOP, colorScheme: 'light' },
  },
  {
    name: 'map',
    path: '/documents/map?lang=en',
    context: { viewport: { width: 1200, height: 820 }, colorScheme: 'light' },
  },
];

export const main = asMain({ name: 'screenshots', usage: USAGE, options: { out: { type: 'string' } }, run });

async function run(values: { out?: string | undefined }, rest: string[], io: Io): Promise<ExitCode> {
  if (rest[0] !== undefined) throw new UsageError(`Expected --out DIR, got "${rest[0]}".`);
  const folder = values.out ?? packageFile('docs/screenshots');
  mkdirSync(folder, { recursive: true });
  const engine = Engine.open();
  await engine.sync([packageFile('data/demo')]);
  await inBrowser(engine, async (browser, home) => {
    for (const shot of SHOTS) {
      const path = join(folder, `${shot.name}.png`);
      await photograph(browser, home, shot, path);
      io.stderr.write(`${path}\n`);
    }
  });
  return 0;
}

async function photograph(browser: Browser, home: string, shot: Shot, path: string): Promise<void> {
  const context = await browser.newContext({ reducedMotion: 'reduce', ...shot.context });
  const page = await context.newPage();
  await page.goto(home + shot.path);
  await page.screenshot({ path });
  await context.close();
}

await runAsEntry(import.meta.url, main);
