// Makes a fresh checkout runnable: dependencies, build and (with --test) a browser. Plain JavaScript,
// because it runs before anything is compiled.
//
//     node scripts/setup.mjs            install if needed, build if needed
//     node scripts/setup.mjs --quiet    the same without "Building …"
//     node scripts/setup.mjs --build    build even if nothing changed
//     node scripts/setup.mjs --test     also make sure that the page tests have a browser
import { spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { findBrowser, installBrowser } from './browser.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const flags = new Set(process.argv.slice(2));
// Everything goes to stderr: stdout belongs to the command that follows.
const say = (text) => process.stderr.write(`${text}\n`);

function run(command, args, what) {
  const result = spawnSync(command, args, {
    cwd: root,
    stdio: ['ignore', 2, 2],
    shell: process.platform === 'win32',
  });
  if (result.status !== 0) {
    if (result.error) say(String(result.error.message));
    fail(`${what}. The command was: ${command} ${args.join(' ')}`);
  }
}

function fail(what) {
  say(`\nSet-up failed: ${what}.`);
  process.exit(1);
}

function newest(path, except = () => false) {
  if (!existsSync(path) || except(path)) return 0;
  const entry = statSync(path);
  if (!entry.isDirectory()) return entry.mtimeMs;
  let latest = 0;
  for (const name of readdirSync(path)) latest = Math.max(latest, newest(join(path, name), except));
  return latest;
}

function sqliteVersion() {
  return JSON.parse(readFileSync(join(root, 'node_modules/better-sqlite3/package.json'), 'utf8')).version;
}

const [major, minor] = process.versions.node.split('.').map(Number);
if (major < 20 || (major === 20 && minor < 19)) {
  say(`qkv-search needs Node 20.19 or newer; this is ${process.versions.node}. See https://nodejs.org`);
  process.exit(1);
}

/**
 * The lock file has better-sqlite3 13, which ships prebuilt binaries but crashes on Node 20. Version 12
 * runs there, but when it is compiled for Node 24.19 or newer, it ends the process when a statement is
 * garbage-collected (its destructor needs an environment).
 */
const SQLITE_FOR_NODE_20 = 'better-sqlite3@12.11.1';

const isOld = major < 22;
const lock = readFileSync(join(root, 'package-lock.json'), 'utf8');
const installed = join(root, 'node_modules', '.qkv-installed');
const quietly = ['--loglevel=error', '--no-audit', '--no-fund'];
if (!existsSync(installed) || readFileSync(installed, 'utf8') !== `${process.version}\n${lock}`) {
  say(`Installing dependencies (once${isOld ? '; two minutes where SQLite has to be compiled' : ''}) …`);
  run('npm', ['ci', ...quietly], 'dependencies could not be installed');
  writeFileSync(installed, `${process.version}\n${lock}`);
}
// Looked up each time: a plain "npm install" puts the version of the lock file back.
if (isOld && !sqliteVersion().startsWith('12.')) {
  run('npm', ['install', '--no-save', ...quietly, SQLITE_FOR_NODE_20], 'SQLite could not be installed');
}

const dist = join(root, 'dist');
const stamp = join(dist, '.built');
const sources = [
  'lib',
  'server',
  'scripts',
  'views',
  'tsconfig.json',
  'tsconfig.build.json',
  'package-lock.json',
];
const builtAt = existsSync(stamp) ? statSync(stamp).mtimeMs : 0;
if (flags.has('--build') || Math.max(...sources.map((name) => newest(join(root, name)))) > builtAt) {
  if (!flags.has('--quiet')) say('Building …');
  if (flags.has('--build')) rmSync(dist, { recursive: true, force: true });
  mkdirSync(dist, { recursive: true });
  const startedAt = new Date();
  run(
    process.execPath,
    [join(root, 'node_modules/typescript/bin/tsc'), '-p', 'tsconfig.build.json'],
    'the build failed',
  );
  const { default: assemblyscript } = await import('assemblyscript/asc');
  const kernelSources = ['blend', 'dense', 'dot', 'look', 'softmax'].map(
    (name) => `lib/math/kernel/${name}.as.ts`,
  );
  const kernel = [...kernelSources, '--outFile', 'dist/kernel.wasm', '--baseDir', root];
  const simd = ['-O3', '--noAssert', '--runtime', 'stub', '--enable', 'simd', '--enable', 'threads'];
  const memory = ['--importMemory', '--sharedMemory', '--maximumMemory', '65536'];
  const { error } = await assemblyscript.main([...kernel, ...simd, ...memory], {
    stdout: process.stderr,
    stderr: process.stderr,
  });
  if (error) fail(`the kernel could not be compiled: ${error.message}`);
  const client = join(root, 'views/client/main.ts');
  if (existsSync(client)) {
    const { build } = await import('esbuild');
    await build({
      entryPoints: [client],
      outfile: join(dist, 'client.js'),
      bundle: true,
      minify: true,
      sourcemap: true,
      format: 'esm',
      target: 'es2022',
      logLevel: 'warning',
    });
  }
  writeFileSync(stamp, '');
  utimesSync(stamp, startedAt, startedAt); // what was saved meanwhile is built next time
}

if (flags.has('--test') && !findBrowser() && !installBrowser(root, say)) process.exit(1);
