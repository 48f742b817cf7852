import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
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

test('English has every word of the lexicon’s file, which is read in parts, except misspellings', () => {
  const file = 'natural/lib/natural/brill_pos_tagger/data/English/lexicon_from_posjs.json';
  const words = Object.keys(
    JSON.parse(readFileSync(createRequire(import.meta.url).resolve(file), 'utf8')) as object,
  );
  expect(words.length).toBeGreaterThan(90_000);
  const unknown = words.filter((word) => !isEnglish(word.toLowerCase()));
  // Forty misspellings in the file, and a word without letters.
  expect(unknown).toHaveLength(41);
  expect(unknown).toContain('enviroment');
});
