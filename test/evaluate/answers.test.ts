import { expect, test } from 'vitest';
import { containsAnswer, measureAnswers } from '../../lib/evaluate/answers.ts';
import type { JudgedQuery } from '../../lib/evaluate/beir.ts';

test('an answer is found whatever its case, white space and Unicode form', () => {
  expect(containsAnswer('It was  The\nNorth, they say.', ['south', 'the north'])).toBe(true);
  expect(containsAnswer('하루에 아홉 시간'.normalize('NFD'), ['아홉 시간'])).toBe(true);
  expect(containsAnswer('it was the no rth', ['the north'])).toBe(false);
  expect(containsAnswer('anything', [])).toBe(false);
});

test('measures are means over the queries whose answers are known', () => {
  const query = (text: string, answers: string[]): JudgedQuery => ({
    id: text,
    text,
    kind: null,
    language: null,
    relevance: new Map(),
    answers,
  });
  const queries = [
    query('a', ['yes']),
    query('b', ['yes']),
    query('c', []),
    query('d', ['yes']),
    query('e', ['yes']),
  ];
  const said: Record<string, string[]> = {
    a: ['no', 'Yes.'],
    b: ['ye', 's'],
    d: [],
    e: ['oh yes'],
    c: ['yes'],
  };
  const system = { name: 'said', answer: (text: string) => said[text] ?? [] };
  expect(measureAnswers(system, queries)).toEqual({
    queries: 4,
    contained: 2 / 4, // an answer split over two pieces does not count
    answered: 3 / 4,
    characters: (6 + 3 + 0 + 6) / 4,
  });
  expect(measureAnswers(system, [query('c', [])])).toBeNull();
});
