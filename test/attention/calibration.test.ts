import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { decodeCalibration, readCalibration } from '../../lib/attention/calibration.ts';
import { SearchError } from '../../lib/errors.ts';
import { packageFile } from '../../lib/root.ts';

const explained = { bias: 25, sharpness: -2 };
const first = { bias: -0.4, heads: { words: 12 } };
const textbook = { bias: -2.9, heads: { title: 16 }, explained };
const good = {
  bias: -1.9,
  heads: { title: 0.6, words: 15.3 },
  explained,
  textbook,
  first,
  provenance: 'made up',
};

test('a valid calibration is decoded unchanged', () => {
  expect(decodeCalibration(good)).toEqual(good);
});

test.each([
  ['null', null, 'expected an object'],
  ['a number', 3, 'expected an object'],
  ['no bias', { heads: {} }, 'expected bias to be a number, got undefined'],
  ['a bias in quotes', { ...good, bias: '-1.9' }, 'expected bias to be a number, got -1.9'],
  ['an infinite bias', { ...good, bias: Number.POSITIVE_INFINITY }, 'expected bias to be a number'],
  ['a head that does not exist', { bias: 1, heads: { tail: 1 } }, 'there is no head tail'],
  ['no heads', { bias: 1 }, 'expected heads to be an object'],
  ['heads as null', { bias: 1, heads: null }, 'expected heads to be an object'],
  ['heads as a list', { bias: 1, heads: [0.6, 4, 15] }, 'expected heads to be an object'],
  [
    'a negative head',
    { bias: 1, heads: { title: -1 } },
    'expected heads.title to be a number of at least 0, got -1',
  ],
  ['no explained section', { ...good, explained: undefined }, 'expected explained to be { bias, sharpness }'],
  [
    'an explained section with a sharpness that is no number',
    { ...good, explained: { bias: 25, sharpness: '-2' } },
    'got {"bias":25,"sharpness":"-2"}',
  ],
  ['no textbook', { ...good, textbook: undefined }, 'Calibration, textbook: expected an object'],
  [
    'a textbook without an explained section',
    { ...good, textbook: { bias: 1, heads: {} } },
    'Calibration, textbook: expected explained to be { bias, sharpness }',
  ],
  ['no first pass', { ...good, first: undefined }, 'Calibration, first: expected an object'],
  [
    'a first pass without heads',
    { ...good, first: { bias: 1 } },
    'Calibration, first: expected heads to be an object',
  ],
  ['a head that is no number', { bias: 1, heads: { words: Number.NaN } }, 'heads.words'],
])('%s is refused, and the message names the field', (_, value, message) => {
  expect(() => decodeCalibration(value)).toThrow(SearchError);
  expect(() => decodeCalibration(value)).toThrow(message);
});

test('the calibration of this package decodes, has its heads, and says what it was fitted on', () => {
  const { heads, first, provenance } = readCalibration(packageFile('data/calibration.json'));
  expect(Object.keys(first.heads)).toEqual(['title', 'content', 'words']);
  expect(Object.keys(heads)).toEqual(['title', 'content', 'words', 'feedback']);
  expect(provenance).toBeTruthy();
});

test('a file that is not JSON, or is missing, is refused with its path', () => {
  const folder = mkdtempSync(join(tmpdir(), 'qkv-calibration-'));
  try {
    const path = join(folder, 'calibration.json');
    writeFileSync(path, '{"bias": ');
    expect(() => readCalibration(path)).toThrow(SearchError);
    expect(() => readCalibration(path)).toThrow(path);
    expect(() => readCalibration(join(folder, 'missing.json'))).toThrow('missing.json');
  } finally {
    rmSync(folder, { recursive: true });
  }
});
