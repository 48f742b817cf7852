import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { decodeCalibration } from '../../lib/attention/calibration.ts';
import { packageFile } from '../../lib/root.ts';
import { main } from '../../scripts/calibrate.ts';
import { makeCollectionIn } from '../support/collection.ts';
import { capture } from './capture.ts';

const root = mkdtempSync(join(tmpdir(), 'qkv-calibrate-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

let folders: string[];
beforeAll(() => {
  const kitchen = {
    documents: {
      d1: ['Brewing tea', 'Green leaves want water below the boiling point.'],
      d2: ['Sourdough', 'A starter of flour and water raises the dough overnight.'],
      d3: ['Pickles', 'Cucumbers keep for months in brine with dill.'],
    },
    queries: { 'water for tea leaves': 'd1', 'flour starter': 'd2', 'cucumbers in brine': 'd3', rents: null },
  } as const;
  const sky = {
    documents: {
      c: ['Comets', 'A tail of dust and gas points away from the sun.'],
      e: ['Eclipses', 'The moon hides the sun for a few minutes.'],
      s: ['Sextants', 'Sailors measured the height of stars above the horizon.'],
    },
    queries: { 'tail of dust': 'c', 'moon hides the sun': 'e', 'height of stars': 's' },
  } as const;
  folders = Object.entries({ kitchen, sky }).map(([name, { documents, queries }]) =>
    makeCollectionIn(root, name, {
      documents: Object.fromEntries(Object.entries(documents).map(([id, [a, b]]) => [id, [a, b]])),
      queries: { ...queries },
    }),
  );
});

const calibrate = async (...args: string[]) => {
  const { io, out, err } = capture();
  return { code: await main([...args], io), out: out(), err: err() };
};

test('a calibration is reproducible to the bit, can be decoded, and records what it was made from', async () => {
  const used = readFileSync(packageFile('data/calibration.json'));
  const once = await calibrate(...folders, '--json');
  const again = await calibrate(...folders, '--json');
  expect(once.code).toBe(0);
  expect(again.out).toBe(once.out);
  const made = decodeCalibration(JSON.parse(once.out));
  expect(Object.keys(made.heads)).toEqual(['title', 'content', 'words', 'feedback']);
  const { collections, leaveOneOut } = made.provenance as {
    collections: object[];
    leaveOneOut: object;
  };
  expect(collections).toMatchObject([
    { name: 'kitchen', documents: 3, onTopic: 3, offTopic: 4 },
    { name: 'kitchen, untitled', documents: 3, onTopic: 3, offTopic: 4 },
    { name: 'sky', documents: 3, onTopic: 3, offTopic: 3 },
    { name: 'sky, untitled', documents: 3, onTopic: 3, offTopic: 3 },
  ]);
  expect(Object.keys(leaveOneOut)).toEqual(['kitchen', 'kitchen, untitled', 'sky', 'sky, untitled']);
  expect(readFileSync(packageFile('data/calibration.json')), 'not written without --write').toEqual(used);
});

test('prints what was gained and lost on each collection left out', async () => {
  const { code, out } = await calibrate(...folders);
  expect(code).toBe(0);
  expect(out).toMatch(/leave one out.*nDCG before.*nDCG fitted.*on words.*title.*content.*words.*feedback/);
  expect(out).toMatch(/kitchen, untitled +\d\.\d{3}.*[+−]\d\.\d{3}/);
  expect(out).toMatch(/All collections: .* b -?\d+\.\d{3}, β -?\d+\.\d\d, γ -?\d+\.\d\d/);
});

test('one collection is not enough: off-topic queries come from the others', async () => {
  const { code, err } = await calibrate(folders[0] as string);
  expect(code).toBe(2);
  expect(err).toContain('at least two BEIR-FOLDERs');
});
