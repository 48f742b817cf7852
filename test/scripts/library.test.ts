import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { packageFile } from '../../lib/root.ts';

/** The program that the README shows, as somebody would have it in a folder of their own. */
const EXAMPLE = /```ts\n([^`]+)```/.exec(readFileSync(packageFile('README.md'), 'utf8'))?.[1] ?? '';

/** What `npm install ../qkv-search` makes of the package that npm test has built, and of one that `npm pack` made. */
const INSTALLED: readonly [string, (at: string) => void][] = [
  ['linked', (at) => symlinkSync(packageFile('.'), at, 'junction')],
  [
    'packed',
    (at) => {
      const argv = ['pack', '--dry-run', '--json', '--ignore-scripts'];
      const shell = process.platform === 'win32';
      const { stdout } = spawnSync('npm', argv, { cwd: packageFile('.'), encoding: 'utf8', shell });
      const packed = JSON.parse(stdout) as readonly [{ files: readonly { path: string }[] }];
      for (const { path } of packed[0].files) cpSync(packageFile(path), join(at, path));
      const { dependencies } = JSON.parse(readFileSync(packageFile('package.json'), 'utf8')) as {
        dependencies: Record<string, string>;
      };
      for (const name of Object.keys(dependencies)) {
        const to = join(at, 'node_modules', name);
        mkdirSync(dirname(to), { recursive: true });
        symlinkSync(packageFile(join('node_modules', name)), to, 'junction');
      }
    },
  ],
];

test.each(INSTALLED)(
  'the program of the README compiles in strict mode and runs in another folder, %s',
  (_, install) => {
    const folder = mkdtempSync(join(tmpdir(), 'qkv-library-'));
    const run = (...argv: string[]) => {
      const { status, stdout, stderr } = spawnSync(process.execPath, argv, { cwd: folder, encoding: 'utf8' });
      return { status, stdout, stderr };
    };
    try {
      mkdirSync(join(folder, 'node_modules'));
      install(join(folder, 'node_modules', 'qkv-search'));
      writeFileSync(join(folder, 'package.json'), '{ "type": "module" }');
      writeFileSync(join(folder, 'notes.ts'), EXAMPLE);
      const compiler = packageFile('node_modules/typescript/bin/tsc');
      const compiled = run(compiler, '--strict', '--module', 'nodenext', '--target', 'es2022', 'notes.ts');
      expect(compiled).toEqual({ status: 0, stdout: '', stderr: '' });
      expect(run('notes.js')).toEqual({ status: 0, stdout: 'Softmax strong\n', stderr: '' });
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  },
);
