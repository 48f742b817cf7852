import { describe, expect, test } from 'vitest';
import { ALWAYS_REFIT_BELOW, type LsaModel, needsRefit, REFIT_SHARE } from '../../lib/embedding/lsa.ts';

describe('the refit rule', () => {
  const model = { passages: 10_000 } as LsaModel;

  test('an index without a basis is fitted', () => {
    expect(needsRefit(null, 0, 0)).toBe(true);
  });

  test('a small collection is fitted again at every change, and never without one', () => {
    const small = { passages: ALWAYS_REFIT_BELOW - 1 } as LsaModel;
    expect(needsRefit(small, ALWAYS_REFIT_BELOW - 1, 1)).toBe(true);
    expect(needsRefit(small, ALWAYS_REFIT_BELOW - 1, 0)).toBe(false);
  });

  test('a large collection is fitted again once more than a fifth of it has changed', () => {
    expect(needsRefit(model, 10_000, 0)).toBe(false);
    expect(needsRefit(model, 10_000, REFIT_SHARE * 10_000)).toBe(false);
    expect(needsRefit(model, 10_000, REFIT_SHARE * 10_000 + 1)).toBe(true);
  });

  test('a collection that has shrunk to a small one is fitted again', () => {
    expect(needsRefit(model, ALWAYS_REFIT_BELOW - 1, 5)).toBe(true);
    expect(needsRefit(model, ALWAYS_REFIT_BELOW, 5)).toBe(false);
  });
});
