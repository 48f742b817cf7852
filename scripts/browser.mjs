// Finds a Chromium for the page tests and the screenshots, or installs one.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';

const NAMES = [
  'chromium',
  'chromium-browser',
  'google-chrome-stable',
  'google-chrome',
  'chrome',
  'microsoft-edge',
];
const APPLICATIONS = [
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
  'C:\\Program Files (x86)\\Microsoft\\Edge\\Application\\msedge.exe',
];

/** Path of a Chromium-based browser, or null. The environment variable CHROME_PATH takes precedence. */
export function findBrowser() {
  const folders = (process.env.PATH ?? '').split(':');
  const candidates = [
    process.env.CHROME_PATH,
    ...NAMES.flatMap((name) => folders.map((folder) => join(folder, name))),
    ...APPLICATIONS,
  ];
  return candidates.find((path) => path && existsSync(path)) ?? null;
}

/**
 * Installs Chromium where that needs no confirmation (Debian or Ubuntu, as root); else says what to do.
 *
 * @returns  its path, or null
 */
export function installBrowser(root, say) {
  const run = (command, args) =>
    spawnSync(command, args, { cwd: root, stdio: ['ignore', 2, 2] }).status === 0;
  if (process.platform === 'linux' && process.getuid?.() === 0 && existsSync('/usr/bin/apt-get')) {
    say('Installing Chromium for the page tests (once) …');
    run('apt-get', ['update', '-qq']);
    // Noto CJK for the Korean pages.
    if (run('apt-get', ['install', '-y', '-qq', '--no-install-recommends', 'chromium', 'fonts-noto-cjk']))
      return findBrowser();
  }
  say('The page tests need a Chromium browser. Install Chrome or Chromium, or set CHROME_PATH to one.');
  return null;
}
