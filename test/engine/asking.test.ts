import { afterAll, beforeAll, expect, test } from 'vitest';
import { Engine } from '../../lib/engine.ts';
import { textDocument } from '../support/corpus.ts';

let engine: Engine;
beforeAll(async () => {
  engine = Engine.open();
  await engine.index([
    textDocument('Softmax', 'It turns scores into weights that sum to one.'),
    textDocument(
      'Neighbours',
      'An answer that explains itself: we explain it by its neighbours. No definition.',
    ),
    textDocument('Meaning of life', 'Forty-two.'),
    textDocument('Working hours', 'Work begins at nine. The old many long for less.'),
  ]);
});
afterAll(() => engine.close());

const wordsOf = (text: string) =>
  engine
    .search(text)
    .query.words.filter(({ terms }) => terms.length > 0)
    .map((word) => word.text);

test.each([
  ['explain softmax', ['softmax']],
  ['Could you please explain softmax to me?', ['softmax']],
  ['Tell me about softmax in simple terms', ['softmax']],
  ['softmax explained simply', ['softmax']],
  ['What is the definition of softmax?', ['softmax']],
  ['how does softmax work', ['softmax']],
  ['how softmax works', ['softmax']],
  ['what does softmax mean', ['softmax']],
  ['explain how softmax works', ['softmax']],
  ['softmax vs. neighbours', ['softmax', 'neighbours']],
  ['what is the difference between softmax and neighbours', ['softmax', 'neighbours']],
  ['소프트맥스 좀 찾아봐 줘', ['소프트맥스']],
  ['소프트맥스 관련해서 적어 둔 거', ['소프트맥스']],
  ['소프트맥스에 대해 정리한 글', ['소프트맥스에']],
  ['소프트맥스 때문에 고민이야', ['소프트맥스']],
  ['소프트맥스는 어떻게 해야 돼', ['소프트맥스는']],
  ['가중치를 나눠야 하나', ['가중치를', '나눠야']],
  ['how many weights, and how long are they', ['weights']],
])('%s is about %j', (text, words) => {
  expect(wordsOf(text)).toEqual(words);
});

test.each([
  ['explain', ['explain']], // nothing else is left
  ['explain what it is', ['explain']],
  ['정리한 글', ['정리한', '글']],
  ['가중치 하나', ['가중치', '하나']],
  ['meaning of life', ['meaning', 'life']], // a title has it all
  ['work of neighbours', ['work', 'neighbours']],
  ['an answer that explains itself', ['answer', 'explains']],
  ['explain softmax, and what it does and does not do to you and to me', ['explain', 'softmax']], // counts little
])('%s keeps %j', (text, words) => {
  expect(wordsOf(text)).toEqual(words);
});

test('what explains itself is not found before what is asked about', () => {
  expect(engine.search('explain softmax').results[0]?.title).toBe('Softmax');
  expect(engine.search('explain softmax').attention.verdict).toBe('strong');
});
