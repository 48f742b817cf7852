import { describe, expect, test } from 'vitest';
import { laidOut, markedParts } from '../../server/views/marked.ts';

describe('a passage as it is shown', () => {
  test.each([
    ['keeps lists, tables and code', 'Heads:\n- title\n- words\n    x = 1\nT | w\n1 | 2'],
    ['keeps short lines', 'roses are red\nviolets are blue'],
    ['keeps a line that ends a sentence', `${'a '.repeat(40)}end.\nNext`],
    ['keeps numbered items', `1. ${'a '.repeat(40)}\n2. b`],
  ])('%s', (_, text) => {
    expect(laidOut(text)).toBe(text);
  });

  test('has no empty lines', () => {
    expect(laidOut('one.\n\n  \ntwo')).toBe('one.    \ntwo');
  });

  test('does not break where a page of text was broken', () => {
    const wrapped = `${'word '.repeat(14)}and\ngoes on\nhere`;
    expect(laidOut(wrapped)).toBe(wrapped.replace('and\n', 'and '));
    expect(laidOut(`${'낱말 '.repeat(25)}은\n이어진다`)).not.toContain('\n');
  });

  test('runs on where there would be too many lines', () => {
    expect(laidOut('a\n'.repeat(13))).toContain('\n');
    expect(laidOut('a\n'.repeat(14))).toBe('a '.repeat(14));
  });

  test('is as long as it was, so that matches stay where they are', () => {
    const text = `${'long '.repeat(20)}\nline\n\n\u{1f600} two`;
    expect(laidOut(text)).toHaveLength(text.length);
    const start = text.indexOf('two');
    const parts = markedParts({ text: laidOut(text), start: 10, matches: [[10 + start, 13 + start]] });
    expect(parts.find(({ match }) => match)?.text).toBe('two');
  });
});
