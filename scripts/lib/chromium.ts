import { pathToFileURL } from 'node:url';
import { type Browser, chromium } from 'playwright-core';
import { packageFile } from '../../lib/root.ts';
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
