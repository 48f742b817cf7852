import { describe, expect, test } from 'vitest';
import { SearchError } from '../../lib/errors.ts';
import {
  CommandError,
  namesAmong,
  printJson,
  runCommand,
  UsageError,
  wholeNumber,
} from '../../scripts/lib/cli.ts';
import { Progress, progressLine } from '../../scripts/lib/progress.ts';
import { formatTable } from '../../scripts/lib/table.ts';
import { capture } from './capture.ts';

const options = { size: { type: 'string' }, json: { type: 'boolean' } } as const;

async function run(argv: string[], body: () => void = () => {}) {
  const { io, out, err } = capture();
  const code = await runCommand(
    {
      name: 'thing',
      usage: '\nUsage: npm run thing\n',
      options,
      run: async () => {
        body();
        return 0;
      },
    },
    argv,
    io,
  );
  return { code, out: out(), err: err() };
}

describe('a command', () => {
  test('answers --help on stdout, even with an unknown option', async () => {
    expect(await run(['--help'])).toEqual({ code: 0, out: 'Usage: npm run thing\n', err: '' });
    expect((await run(['--wrong', '--help'])).code).toBe(0);
  });

  test('refuses an unknown option with one line and exit code 2', async () => {
    const { code, out, err } = await run(['--wrong']);
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toBe("thing: Unknown option '--wrong'. Use --help to see how.\n");
  });

  test('refuses an option without its value and a flag with one', async () => {
    expect((await run(['--size'])).code).toBe(2);
    expect((await run(['--json=yes'])).code).toBe(2);
  });

  test('prints no control character of a name it was given', async () => {
    const named = await run([], () => {
      throw new CommandError('There is no folder a\u001b[31m\nb.');
    });
    expect(named.err).toBe('thing: There is no folder a[31m b.\n');
    expect((await run(['--a\u001bb'])).err).toBe("thing: Unknown option '--ab'. Use --help to see how.\n");
    expect(progressLine({ phase: 'a\u001b[31m', done: 1, total: null, rate: 0 })).toBe('a[31m  1');
    expect(formatTable([['a\n\u001bb', '1']])).toBe('a b  1\n──────\n');
  });

  test('takes a negative number after an option for its value', async () => {
    expect(await run(['--size', '-1', '--json'])).toEqual({ code: 0, out: '', err: '' });
    expect(await run(['--size', '--json'])).toMatchObject({
      ...{ code: 2, err: 'thing: Expected a value after --size. Use --help to see how.\n' },
    });
    expect((await run(['--', '--size', '-1'])).code).toBe(0);
    expect((await run(['--json', '-1'])).code).toBe(2);
  });

  test('exits with 1 and only the message for an expected error', async () => {
    for (const error of [
      new SearchError('NOT_FOUND', 'No such folder.'),
      new CommandError('No such folder.'),
    ]) {
      const result = await run([], () => {
        throw error;
      });
      expect(result).toEqual({ code: 1, out: '', err: 'thing: No such folder.\n' });
    }
  });

  test('exits with 1 and the stack trace for an unexpected error', async () => {
    const { code, err } = await run([], () => {
      throw new TypeError('undefined is not a function');
    });
    expect(code).toBe(1);
    expect(err).toMatch(/TypeError: undefined is not a function\n\s+at /);
  });
});

test('whole numbers are checked as typed: no fractions, no exponents, no spaces', () => {
  const limits = { least: 1, most: 100, fallback: 10 };
  expect(wholeNumber(undefined, '--limit', limits)).toBe(10);
  expect(wholeNumber('100', '--limit', limits)).toBe(100);
  for (const wrong of ['0', '101', '1.5', '1e1', ' 5', '-1', 'ten', '']) {
    expect(() => wholeNumber(wrong, '--limit', limits)).toThrow(UsageError);
  }
});

test('a list of names has only known ones, each once, and all of them by default', () => {
  expect(namesAmong(undefined, '--systems', ['a', 'b'])).toEqual(['a', 'b']);
  expect(namesAmong('b, a,b', '--systems', ['a', 'b'])).toEqual(['b', 'a']);
  expect(() => namesAmong('a,c', '--systems', ['a', 'b'])).toThrow('name some of a, b; got "c"');
});

test('JSON is printed as one document that ends in a newline', () => {
  const { io, out } = capture();
  printJson(io, { a: [1] });
  expect(JSON.parse(out())).toEqual({ a: [1] });
  expect(out().endsWith('}\n')).toBe(true);
});

describe('progress', () => {
  test('shows share, rate and time left', () => {
    expect(progressLine({ phase: 'documents', done: 500, total: 2000, rate: 250 })).toBe(
      'documents  ██████░░░░░░░░░░░░░░░░░░ 25 %  500/2,000  250/s  6 s left',
    );
    expect(progressLine({ phase: 'documents', done: 500, total: null, rate: 2.5 })).toBe(
      'documents  500  2.5/s',
    );
    expect(progressLine({ phase: 'fit', done: 0, total: 7300, rate: 1 })).toMatch(/2 h 1 min left$/);
  });

  test('is not written to a pipe', () => {
    const { io, err } = capture(false);
    const progress = new Progress(io.stderr);
    progress.update({ phase: 'documents', done: 1, total: 2 });
    progress.finish();
    expect(err()).toBe('');
  });

  test('is redrawn on a terminal at most ten times a second and at the last step, then erased', () => {
    const { io, err } = capture(true);
    let now = 0;
    const progress = new Progress(io.stderr, () => now);
    for (; now <= 1000; now += 10) progress.update({ phase: 'documents', done: now, total: 1005 });
    progress.update({ phase: 'documents', done: 1005, total: 1005 });
    const lines = err().split('\r').slice(1);
    expect(lines).toHaveLength(12); // 0, 100 … 1000 ms, and the end
    expect(lines.at(-1)).toContain('100 %');
    progress.finish();
    expect(err().endsWith('\r\u001b[K')).toBe(true);
  });

  test('never wraps, because a wrapped line could not be overwritten', () => {
    const { io, err } = capture(true);
    new Progress(io.stderr).update({ phase: 'x'.repeat(200), done: 1, total: 2 });
    expect(err().replace('\r\u001b[K', '')).toHaveLength(79);
  });
});

test('a table aligns names left and numbers right, and Hangul counts as two cells', () => {
  expect(
    formatTable([
      ['name', 'n'],
      ['한국', '10'],
      ['a', '5'],
    ]),
  ).toBe('name   n\n────────\n한국  10\na      5\n');
});
