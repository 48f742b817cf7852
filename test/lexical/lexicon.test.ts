import { expect, test } from 'vitest';
import { isEnglish } from '../../lib/lexical/lexicon.ts';

test.each(['winter', 'winters', 'insomnia', 'went', 'a', 'french', 'london'])('English has %s', (word) => {
  expect(isEnglish(word)).toBe(true);
});

test.each([
  'atention',
  'sofmax',
  'retreival',
  'machinelearning',
  'zqx',
  '',
  '겨울',
  'mortage',
  'goverment',
  'hasownproperty',
  '__proto__',
])('English has no %s', (word) => {
  expect(isEnglish(word)).toBe(false);
});
