import { describe, expect, test } from 'vitest';
import { LANGUAGES, MESSAGES } from '../../server/i18n.ts';
import { decimal, percent } from '../../server/views/numbers.ts';

describe('a share in percent', () => {
  test.each([
    [1, '100%'],
    [0.99996, '>99.9%'],
    [0.9962, '99.6%'],
    [0.9944, '99.4%'],
    [0.6234, '62.3%'],
    [0.1, '10.0%'],
    [0.0341, '3.4%'],
    [0.0004, '<0.1%'],
    [0, '0%'],
  ])('%d is %s', (share, text) => expect(percent(share)).toBe(text));

  test.each([
    [1, '100%'],
    [0.99996, '>99.99%'],
    [0.99992, '99.99%'],
    [0.1025, '10.25%'],
    [0.00005, '0.01%'],
    [0.00004, '<0.01%'],
  ])('%d is %s in a product, with two decimals', (share, text) => expect(percent(share, 2)).toBe(text));

  test('has the same number of decimals as other shares, so that a list of them adds up', () => {
    const shares = [0.4555, 0.1305, 0.0915, 0.0815, 0.0599, 0.1795, 0.0016];
    const sum = shares
      .map((share) => percent(share))
      .reduce((all, text) => all + Number(text.replace('%', '')), 0);
    expect(Math.abs(sum - 100)).toBeLessThanOrEqual(0.05 * shares.length);
  });

  test('has no space before the percent sign in any message', () => {
    for (const language of LANGUAGES)
      expect(Object.values(MESSAGES[language]).filter((text) => /\s%/.test(text))).toEqual([]);
  });
});

describe('a decimal number', () => {
  test('has a true minus sign', () => expect(decimal(-1.25, 2)).toBe('−1.25'));
  test('is never a negative zero', () => {
    expect(decimal(-0.00001, 4)).toBe('0.0000');
    expect(decimal(-0)).toBe('0.000');
    expect(decimal(-0.00005001, 4)).toBe('−0.0001');
  });
});
