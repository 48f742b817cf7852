import { afterAll, beforeAll, expect, test } from 'vitest';
import { Engine } from '../../lib/engine.ts';
import { textDocument } from '../support/corpus.ts';

let engine: Engine;
beforeAll(async () => {
  engine = Engine.open();
  await engine.index([
    textDocument('Lark E1', 'The Lark E1 has a range of 60 km and a battery under the carrier.'),
    textDocument('Opening hours', 'The workshop in Cologne is open from nine to six.'),
    textDocument('세탁기 에러', '세탁기에 5C가 뜨면 배수 필터를 청소한다.'),
    textDocument('해시', '해시 함수는 값을 넣으면 고르게 흩는다.'),
    textDocument('Release 7.1', 'Release 7.1 mends the login page.'),
    textDocument('회의', '어떤 아이템을 넣으면 좋을지 높으신 분들이 이야기했다.'),
    textDocument('Sleep', 'Go to bed early and keep the room dark.'),
  ]);
});
afterAll(() => engine.close());

const missingOf = (text: string, title: string, options = {}) =>
  engine.search(text, options).results.find((result) => result.title === title)?.missing;

test.each([
  ['range of the Lark E3', 'Lark E1', ['E3']],
  ['range of the Lark E1', 'Lark E1', []],
  ['Utrecht workshop hours, Utrecht!', 'Opening hours', ['Utrecht']],
  ['세탁기의 에러 필터', '세탁기 에러', []],
  ['냉장고에서 에러', '세탁기 에러', ['냉장고에서']],
  ['release 7.2 login', 'Release 7.1', ['7.2']],
  ['release 7 login', 'Release 7.1', []],
  ['해시함수', '해시', []], // 해시, 시함, 함수
  ['함수형프로그래밍', '해시', ['함수형', '프로그래밍']],
  ['아이폰 회의', '회의', ['아이폰']], // 아이, 이폰; it has 아이템
  ['온도가 높으면 회의', '회의', ['온도가']], // it has 높으신
  ['온도가 높으면 함수', '해시', ['온도가', '높으면']], // it has 넣으면
  ['what is it about', 'Sleep', []], // stop words are looked for nowhere
])('%s: the words that %s lacks', (text, title, missing) => {
  expect(missingOf(text, title)).toEqual(missing);
});

test('a word read as another is missing only where the other is', () => {
  expect(missingOf('insomnia early', 'Sleep')).toEqual([]);
  expect(missingOf('insomnia early', 'Lark E1')).toEqual(['insomnia', 'early']);
  expect(missingOf('batery range', 'Lark E1')).toEqual([]);
});

test('a word switched off is not missing', () => {
  expect(missingOf('Lark E3', 'Lark E1', { without: ['e3'] })).toEqual([]);
});
