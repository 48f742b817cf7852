import { pathToFileURL } from 'node:url';
import { type Browser, chromium } from 'playwright-core';
import { packageFile } from '../../lib/root.ts';
import { CommandError } from './cli.ts';

/** No GPU, no traffic of its own; the sandbox needs rights that a container does not give. */
const ARGUMENTS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** The system's Chromium, for the page tests and the screenshots. @throws {CommandError} where none is */
export async function launchChromium(): Promise<Browser> {
  // Plain JavaScript that set-up runs before anything is compiled, so it is not part of the build.
  const { findBrowser } = (await import(pathToFileURL(packageFile('scripts/browser.mjs')).href)) as {
    findBrowser(): string | null;
  };
  const executablePath = findBrowser();
  if (executablePath) return chromium.launch({ executablePath, args: ARGUMENTS });
  throw new CommandError(
    'Expected a Chromium browser, found none. Install Chrome or Chromium, or set CHROME_PATH to one.',
  );
}
