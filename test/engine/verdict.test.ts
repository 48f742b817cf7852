import { afterAll, beforeAll, expect, test } from 'vitest';
import { strongest } from '../../lib/attention/attend.ts';
import { Engine } from '../../lib/engine.ts';
import { verdictOf, verdictOfEvidence } from '../../lib/query/verdict.ts';
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
  expect(verdictOf(engine, runOf('captain Zubrowka', 0.1), first('captain Zubrowka'))).toBe('weak');
  expect(verdictOf(engine, runOf('captain Zubrowka sailed', 0.1), first('captain Zubrowka sailed'))).toBe(
    'none',
  );
  expect(verdictOf(engine, runOf('Zubrowko', 0.1), first('Zubrowko'))).toBe('none'); // read as Zubrowka
  expect(verdictOf(engine, runOf('who is it', 0.1), first('who is it'))).toBe('none');
  expect(verdictOf(engine, runOf('Zubrowka', 0.9), first('Zubrowka'))).toBe('strong');
});

test('high evidence is weak instead of strong if the first document has no word of the query', () => {
  expect(verdictOf(engine, runOf('submarine voyage', 0.9), 0)).toBe('weak');
  expect(verdictOf(engine, runOf('submarine heron', 0.9), 0)).toBe('strong');
  expect(verdictOf(engine, runOf('heron', 0.9), undefined)).toBe('strong');
});

test('a Korean query is not strong if the first document lacks a Latin word of it, and has it by no other name', async () => {
  const korean = Engine.open();
  await korean.index([
    textDocument('메시지 큐', '서버 사이에서 메시지를 주고받는다. 파티션마다 순서가 보장된다.'),
    textDocument('Git', 'Git 브랜치를 나누고 합친다. A server keeps them.'),
  ]);
  const of = (text: string) => verdictOf(korean, { ...korean.attend(text, {}), evidence: 0.9 }, 0);
  expect(of('파티션 순서')).toBe('strong');
  expect(of('Zubrowka 파티션 순서')).toBe('weak');
  expect(of('server 파티션 순서')).toBe('strong'); // has 서버
  expect(of('Git 파티션 순서')).toBe('weak'); // only the other document has it
  expect(verdictOf(engine, runOf('Zubrowko heron', 0.9), 0)).toBe('strong'); // in English any word is Latin
  korean.close();
});

test('a query is not strong if the first document lacks its year, or the number of the part that is meant', async () => {
  const notes = Engine.open();
  await notes.index([
    { ...textDocument('건강검진', '2023년 결과. LDL 수치가 높다.', 'a'), date: '2021-04-03' },
    textDocument('확률론', '5주차 정리. 문제 3개를 풀었다.', 'b'),
  ]);
  const of = (text: string, at: number) => verdictOf(notes, { ...notes.attend(text, {}), evidence: 0.9 }, at);
  expect(of('2023년 LDL 수치', 0)).toBe('strong');
  expect(of('2022년 LDL 수치', 0)).toBe('weak');
  expect(of('LDL 2022', 0)).toBe('weak'); // in any language
  expect(of('2021년 LDL 수치', 0)).toBe('strong'); // the date of the document
  expect(of('확률론 5주차 정리', 1)).toBe('strong');
  expect(of('확률론 9주차 정리', 1)).toBe('weak');
  expect(of('확률론 문제 9개 정리', 1)).toBe('strong'); // it may count others
  notes.close();
});

test('a Korean query is not strong if the first document lacks half of it', async () => {
  const notes = Engine.open();
  await notes.index([
    textDocument('유치원 비교', '등원 차량과 급식을 비교했다. 추첨은 11월.', 'a'),
    textDocument('캠핑', '버스 시간표를 챙긴다. 셔틀이 온다. 정류장은 멀다.', 'b'),
  ]);
  const of = (text: string) => verdictOf(notes, { ...notes.attend(text, {}), evidence: 0.9 }, 0);
  expect(of('유치원 급식 비교')).toBe('strong');
  expect(of('유치원 급식 셔틀')).toBe('strong');
  expect(of('유치원 셔틀 정류장')).toBe('weak');
  expect(of('유치원 셔틀')).toBe('weak');
  notes.close();
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
