import { afterAll, beforeAll, expect, test } from 'vitest';
import { strongest } from '../../lib/attention/attend.ts';
import { Engine } from '../../lib/engine.ts';
import { verdictOf, verdictOfEvidence } from '../../lib/verdict.ts';
import { textDocument } from '../support/corpus.ts';

const BIRDS = ['heron', 'egret', 'stork', 'crane', 'ibis', 'spoonbill', 'bittern', 'curlew'];
const VERBS = ['wades', 'nests', 'sleeps', 'calls', 'feeds', 'turns', 'rises'];
/** Sentences that repeat the same few words. */
const prose = (sentences: number) =>
  Array.from(
    { length: sentences },
    (_, i) => `The ${BIRDS[i % 8]} ${VERBS[i % 7]} beside the ${BIRDS[(3 * i + 1) % 8]} at dawn.`,
  ).join(' ');

let engine: Engine;
beforeAll(async () => {
  engine = Engine.open();
  await engine.index([
    ...Array.from({ length: 40 }, (_, i) => textDocument(`Note ${i}`, prose(1 + (i % 5)), `${i}`)),
    textDocument('Log', `${prose(400)} Captain Zubrowka hid the treasure there. ${prose(400)}`),
  ]);
});
afterAll(() => engine.close());

const runOf = (text: string, evidence?: number) => {
  const run = engine.attend(text, {});
  return evidence === undefined ? run : { ...run, evidence };
};
const first = (text: string) => strongest(runOf(text).record, 1)[0]?.index;

test.each(['Zubrowka', 'captain Zubrowka'])(
  'a word that only one long note has does not give the verdict none: %s',
  (text) => {
    const { attention, results, answer } = engine.search(text);
    expect(results[0]?.title).toBe('Log');
    expect(attention.verdict).not.toBe('none');
    expect(answer.sentences[0]?.text).toBe('Captain Zubrowka hid the treasure there.');
  },
);

test('low evidence is weak instead of none if the first document has every word of the query', () => {
  expect(verdictOf(runOf('captain Zubrowka', 0.1), first('captain Zubrowka'))).toBe('weak');
  expect(verdictOf(runOf('captain Zubrowka sailed', 0.1), first('captain Zubrowka sailed'))).toBe('none');
  expect(verdictOf(runOf('Zubrowko', 0.1), first('Zubrowko'))).toBe('none'); // read as Zubrowka
  expect(verdictOf(runOf('who is it', 0.1), first('who is it'))).toBe('none');
  expect(verdictOf(runOf('Zubrowka', 0.9), first('Zubrowka'))).toBe('strong');
});

test('high evidence is weak instead of strong if the first document has no word of the query', () => {
  expect(verdictOf(runOf('submarine voyage', 0.9), 0)).toBe('weak');
  expect(verdictOf(runOf('submarine heron', 0.9), 0)).toBe('strong');
  expect(verdictOf(runOf('heron', 0.9), undefined)).toBe('strong');
});

test('evidence is strong from odds of two to one that something answers, none from the same odds against', () => {
  expect([1, 2 / 3, 0.6666, 0.5, 0.3334, 1 / 3, 0].map(verdictOfEvidence)).toEqual([
    'strong',
    'strong',
    'weak',
    'weak',
    'weak',
    'none',
    'none',
  ]);
});
