import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Engine } from '../../lib/engine.ts';

describe('properties asked for by another name', () => {
  let notes: Engine;
  beforeAll(async () => {
    notes = Engine.open();
    const of = (title: string, content: string, properties: Readonly<Record<string, string>>) => ({
      ...{ uri: `${title}.md`, title, content, format: 'markdown' as const, tags: ['runbook'] },
      properties: Object.entries(properties).map(([name, value]) => ({ name, value })),
    });
    await notes.index([
      of('Cargo bike', 'Bosch motor, 500 Wh battery. Service after 300 km was free.', {
        bought: '2024-06-22',
        price: '3,450 pounds',
        shop: 'Two Wheels',
      }),
      of('Postgres failover', 'Promote the standby, then point the proxy at it.', { owner: 'Tomasz' }),
      of('Sourdough bread', '500 g strong flour and water are left alone.', {
        time: '24 hours',
        price: '4 pounds',
      }),
      of('Sewing machine', 'Oil it once a year.', { place: 'bedroom' }),
      of('Piranesi', 'A man alone in an endless house of statues.', {
        author: 'Susanna Clarke',
        rating: '5',
      }),
      of('캠핑 의자', '접으면 가방에 들어간다. 비 오는 날에는 쓰지 않는다.', {
        가격: '4만 원',
        가게: '동네 매장',
        기한: '2026-05-01',
      }),
      of('김치찌개 끓이기', '쌀뜨물을 붓고 끓인다.', { 시간: '40분', 작성자: '박지훈' }),
      of('Heat pump', 'The cost of the service was 165 pounds. Flow temperature 38 degrees.', {
        price: '12,800',
      }),
    ]);
  });
  afterAll(() => notes.close());
  const told = (query: string) => {
    const { properties } = notes.search(query).answer;
    return properties.map(({ name, value }) => `${name}: ${value}`);
  };

  test.each([
    ['what did the cargo bike cost', ['price: 3,450 pounds']],
    ['how much did we pay for the cargo bike?', ['price: 3,450 pounds']],
    ['where did we buy the cargo bike?', ['shop: Two Wheels', 'bought: 2024-06-22']],
    ['who owns the postgres failover runbook?', ['owner: Tomasz']],
    ['how long does sourdough take', ['time: 24 hours']],
    ['where is the sewing machine', ['place: bedroom']],
    ['Who wrote Piranesi?', ['author: Susanna Clarke']],
    ['캠핑 의자 얼마였지', ['가격: 4만 원']],
    ['캠핑 의자 어디서 샀어', ['가게: 동네 매장']],
    ['캠핑 의자 언제까지', ['기한: 2026-05-01']],
    ['김치찌개 끓이기 얼마나 걸려', ['시간: 40분']],
    ['김치찌개 끓이기 누가 썼어?', ['작성자: 박지훈']],
  ])('%s', (query, properties) => {
    expect(told(query)).toEqual(properties);
  });

  test.each([
    ['another subject than its document', 'how much flour is in sourdough bread'],
    ['what only the text is about', 'where is the motor'],
    ['another kind of thing', 'how long to charge the cargo bike'],
    ['who did something else', 'who reads Piranesi'],
    ['what a thing is like', 'how long is the sourdough'],
  ])('a question for %s tells none', (_, query) => {
    expect(told(query)).toEqual([]);
  });

  test('a property so found hides no sentence that says it', () => {
    const { sentences, properties } = notes.search('what did the heat pump cost').answer;
    expect(properties.map(({ value }) => value)).toEqual(['12,800']);
    expect(sentences.map(({ text }) => text)).toContain('The cost of the service was 165 pounds.');
  });

  test('numbers of a question ask for a value only if they are all of it', async () => {
    const dated = Engine.open();
    const of = (title: string, reviewed: string) => ({
      ...{ uri: title, title, content: `${title} is a note.`, format: 'text' as const },
      properties: [{ name: 'reviewed', value: reviewed }],
    });
    await dated.index([of('Oslo', '2025-03-16'), of('Ghent', '2024-03-25')]);
    const values = (query: string) => dated.search(query).answer.properties.map(({ value }) => value);
    const [part, whole] = [values('Oslo 04.03.2025'), values('Oslo 2025-03-16')];
    dated.close();
    expect(part).toEqual([]);
    expect(whole).toEqual(['2025-03-16']);
  });
});
