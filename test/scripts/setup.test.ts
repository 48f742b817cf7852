import { readFileSync, statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const ROOT = new URL('../../', import.meta.url);

function read(path: string): string {
  return readFileSync(fileURLToPath(new URL(path, ROOT)), 'utf8');
}

function packageOf(path: string): {
  version: string;
  engines: Record<string, string>;
  dependencies: Record<string, string>;
} {
  return JSON.parse(read(`${path}package.json`));
}

/** The major version at the end of a text, such as 12 for better-sqlite3@12.11.1. */
function majorOf(text: string): number {
  return Number(/(\d+)\.\d+\.\d+$/.exec(text)?.[1]);
}

test('SQLite is installed in the version that runs on this Node', () => {
  const isOld = majorOf(process.versions.node) < 22;
  expect(majorOf(packageOf('node_modules/better-sqlite3/').version)).toBe(isOld ? 12 : 13);
});

test('the range of better-sqlite3 allows the version of the lock file and the one for Node 20', () => {
  const { dependencies } = packageOf('');
  const [old, locked] = (dependencies['better-sqlite3'] ?? '').split(' || ');
  expect(`^${/better-sqlite3@([\d.]+)'/.exec(read('scripts/setup.mjs'))?.[1]}`).toBe(old);
  const lock = JSON.parse(read('package-lock.json'));
  expect(`^${lock.packages['node_modules/better-sqlite3'].version}`).toBe(locked);
});

test('a source that is saved during a build is built next time: the build is dated to its beginning', () => {
  const savedAt = (path: string) => statSync(fileURLToPath(new URL(path, ROOT))).mtimeMs;
  expect(savedAt('dist/.built')).toBeLessThan(savedAt('dist/kernel.wasm'));
});
