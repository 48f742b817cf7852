import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { packageFile } from '../../lib/root.ts';

/** The program that the README shows, as somebody would have it in a folder of their own. */
const EXAMPLE = /```ts\n([^`]+)```/.exec(readFileSync(packageFile('README.md'), 'utf8'))?.[1] ?? '';

test('the program of the README compiles in strict mode and runs in another folder', () => {
  const folder = mkdtempSync(join(tmpdir(), 'qkv-library-'));
  const run = (...argv: string[]) => {
    const { status, stdout, stderr } = spawnSync(process.execPath, argv, { cwd: folder, encoding: 'utf8' });
    return { status, stdout, stderr };
  };
  try {
    // What `npm install ../qkv-search` makes, and npm test has built.
    mkdirSync(join(folder, 'node_modules'));
    symlinkSync(packageFile('.'), join(folder, 'node_modules', 'qkv-search'), 'junction');
    writeFileSync(join(folder, 'package.json'), '{ "type": "module" }');
    writeFileSync(join(folder, 'notes.ts'), EXAMPLE);
    const compiler = packageFile('node_modules/typescript/bin/tsc');
    const compiled = run(compiler, '--strict', '--module', 'nodenext', '--target', 'es2022', 'notes.ts');
    expect(compiled).toEqual({ status: 0, stdout: '', stderr: '' });
    expect(run('notes.js')).toEqual({ status: 0, stdout: 'Softmax strong\n', stderr: '' });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
