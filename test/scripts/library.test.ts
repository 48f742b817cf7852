import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { packageFile } from '../../lib/root.ts';

/** The pages with an example program, and what the program prints. */
const EXAMPLES: readonly [string, string][] = [
  ['README.md', 'Softmax strong\n'],
  ['docs/api.md', 'Softmax 4 2024-05-01\nEMPTY_QUERY 400\n'],
];
const exampleOf = (file: string) =>
  /```ts\n([^`]+)```/.exec(readFileSync(packageFile(file), 'utf8'))?.[1] ?? '';

/** The files of the package that `npm pack` would make. */
function packedFiles(): string[] {
  const argv = ['pack', '--dry-run', '--json', '--ignore-scripts'];
  const shell = process.platform === 'win32';
  const { stdout } = spawnSync('npm', argv, { cwd: packageFile('.'), encoding: 'utf8', shell });
  const [{ files }] = JSON.parse(stdout) as readonly [{ files: readonly { path: string }[] }];
  return files.map(({ path }) => path);
}

/** How the built package gets installed: linked, as by `npm install ../qkv-search`, or packed, as by `npm pack`. */
const INSTALLED: readonly [string, (at: string) => void][] = [
  ['linked', (at) => symlinkSync(packageFile('.'), at, 'junction')],
  [
    'packed',
    (at) => {
      for (const path of packedFiles()) cpSync(packageFile(path), join(at, path));
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

/** Options of a strict server project: types of Node, not of a browser, and type declarations of packages are checked. */
const STRICTEST =
  '--strict --noUncheckedIndexedAccess --exactOptionalPropertyTypes --module nodenext --target es2022 --lib es2022 --types node'.split(
    ' ',
  );

test.each(INSTALLED)(
  'the example programs compile in strict mode and run in another folder, %s',
  (_, install) => {
    const folder = mkdtempSync(join(tmpdir(), 'qkv-library-'));
    const run = (...argv: string[]) => {
      const { status, stdout, stderr } = spawnSync(process.execPath, argv, { cwd: folder, encoding: 'utf8' });
      return { status, stdout, stderr };
    };
    try {
      mkdirSync(join(folder, 'node_modules', '@types'), { recursive: true });
      const types = 'node_modules/@types/node';
      symlinkSync(packageFile(types), join(folder, types), 'junction');
      install(join(folder, 'node_modules', 'qkv-search'));
      // As the README has it: in a folder with no settings, and without compiling.
      const [readme, printed] = EXAMPLES[0] ?? ['', ''];
      const [, program = ''] = /^ {4}node (\S+\.mjs)/m.exec(readFileSync(packageFile(readme), 'utf8')) ?? [];
      writeFileSync(join(folder, program), exampleOf(readme));
      expect(run(program)).toEqual({ status: 0, stdout: printed, stderr: '' });
      rmSync(join(folder, 'notes.db'));
      writeFileSync(join(folder, 'package.json'), '{ "type": "module" }');
      const compiler = packageFile('node_modules/typescript/bin/tsc');
      for (const [file, stdout] of EXAMPLES) {
        writeFileSync(join(folder, 'notes.ts'), exampleOf(file));
        const compiled = run(compiler, ...STRICTEST, 'notes.ts');
        expect(compiled).toEqual({ status: 0, stdout: '', stderr: '' });
        expect(run('notes.js')).toEqual({ status: 0, stdout, stderr: '' });
      }
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  },
);

test('the package has the library, its kernel and the pages that its README links, but no evaluation code and no source maps', () => {
  const paths = packedFiles();
  expect(paths).toContain('dist/lib/index.js');
  expect(paths).toContain('dist/kernel.wasm');
  const readme = readFileSync(packageFile('README.md'), 'utf8');
  const linked = [...readme.matchAll(/(?<!!\[[^\]]*)\]\((docs\/[^)#]+)/g)].map(([, path]) => path);
  expect(linked.filter((path) => path?.endsWith('.md') && !paths.includes(path))).toEqual([]);
  expect(linked.length).toBeGreaterThan(10);
  expect(paths.filter((path) => /\/evaluate\/|\.map$/.test(path))).toEqual([]);
});
