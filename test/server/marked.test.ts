import { describe, expect, test } from 'vitest';
import { cutToLines, laidOut, markedParts, onOneLine } from '../../server/views/marked.ts';

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

  test('begins each paragraph on a new line, however long the one before', () => {
    expect(laidOut(`${'word '.repeat(14)}last\n\nNext`)).toBe(`${'word '.repeat(14)}last \nNext`);
  });

  test('does not break lines where the source was wrapped at the page width', () => {
    const wrapped = `${'word '.repeat(14)}and\ngoes on\nhere`;
    expect(laidOut(wrapped)).toBe(wrapped.replace('and\n', 'and '));
    expect(laidOut(`${'낱말 '.repeat(25)}은\n이어진다`)).not.toContain('\n');
  });

  test('is cut to its first lines if it has too many, with the matches in them', () => {
    const text = `${'line\n'.repeat(20)}end`;
    const short = { text: 'line\n'.repeat(13), start: 7, matches: [] };
    expect(cutToLines(short)).toEqual(short);
    expect(cutToLines({ text, start: 7, matches: [] }).text).toBe('line\n'.repeat(14).trimEnd());
    expect(
      cutToLines({
        text,
        start: 7,
        matches: [
          [12, 16],
          [102, 106],
        ],
      }),
    ).toEqual({ text: 'line\n'.repeat(14).trimEnd(), start: 7, matches: [[12, 16]] });
  });

  test('is cut around its first match if that comes later, to the same number of lines', () => {
    const text = Array.from({ length: 40 }, (_, i) => `line ${i}`).join('\n');
    const at = (wanted: string) => {
      const from = 7 + text.indexOf(wanted);
      return cutToLines({ text, start: 7, matches: [[from, from + wanted.length]] });
    };
    const middle = at('line 20');
    expect(middle.text.split('\n')[0]).toBe('line 20');
    const last = at('line 39');
    expect(last.text.split('\n')).toEqual(text.split('\n').slice(-14));
    for (const cut of [middle, last]) {
      expect(text.slice(cut.start - 7, cut.start - 7 + cut.text.length)).toBe(cut.text);
      expect(markedParts(cut).filter(({ match }) => match)).toHaveLength(1);
    }
  });

  test('keeps its length, so that the positions of matches stay valid', () => {
    const text = `${'long '.repeat(20)}\nline\n\n\u{1f600} two`;
    expect(laidOut(text)).toHaveLength(text.length);
    const start = text.indexOf('two');
    const parts = markedParts({ text: laidOut(text), start: 10, matches: [[10 + start, 13 + start]] });
    expect(parts.find(({ match }) => match)?.text).toBe('two');
  });
});

test.each([
  ['- movers, three offers\n- gas: give notice\n\n1. done', 'movers, three offers · gas: give notice · done'],
  ['[ ] open\n- [x] closed', 'open · closed'],
  [`${'word '.repeat(14)}and\ngoes on`, `${'word '.repeat(14)}and goes on`],
  ['One - two.', 'One - two.'],
])('on one line the lines of a list are set apart, without their markers: %j', (text, line) => {
  expect(onOneLine(text)).toBe(line);
});
