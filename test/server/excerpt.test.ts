import { describe, expect, test } from 'vitest';
import { excerptOf } from '../../server/views/excerpt.ts';

const CONTENT =
  'A heading\n\nScores come first, and many of them. A softmax turns scores into weights. The weights sum to one, always.';

/** The passage from one text to another, with the positions of some words as matches. */
function passage(content: string, from: string, to: string, words: readonly string[] = []) {
  const start = content.indexOf(from);
  const end = content.indexOf(to) + to.length;
  const matches = words.map((word) => {
    const at = content.indexOf(word, start);
    return [at, at + word.length] as const;
  });
  return { text: content.slice(start, end), start, end, matches };
}

describe('whether a passage is cut at its ends', () => {
  test.each([
    ['Scores come', 'into weights.', false, false],
    ['A heading', 'always.', false, false],
    ['come first', 'into weights.', true, false],
    ['Scores come', 'turns scores', false, true],
    [' A softmax', ' one,', false, true],
  ])('from “%s” to “%s”', (from, to, cutBefore, cutAfter) => {
    expect(excerptOf(CONTENT, passage(CONTENT, from, to))).toMatchObject({ cutBefore, cutAfter });
  });

  test('a passage inside one endless word is cut at both ends', () => {
    const content = 'x'.repeat(1_000_000);
    const text = content.slice(500, 600);
    expect(excerptOf(content, { text, start: 500, end: 600, matches: [] })).toEqual({
      cutBefore: true,
      cutAfter: true,
      sentence: text,
    });
  });
});

describe('the sentence of a passage', () => {
  test('is empty if the passage has only blanks of a template', () => {
    const of = (text: string) => excerptOf(text, { text, start: 0, end: text.length, matches: [] }).sentence;
    expect(of('{{date:YYYY-MM-DD}} {{title}}\n\n- <% tp.file.cursor() %>')).toBe('');
    expect(of('Mood: {{mood}}')).toBe('Mood: {{mood}}');
  });

  const sentence = (from: string, words: readonly string[]) =>
    excerptOf(CONTENT, passage(CONTENT, from, 'always.', words)).sentence;

  test('is the one with the most words of the query, the first in case of a tie', () => {
    expect(sentence('A heading', ['weights', 'softmax'])).toBe('A softmax turns scores into weights.');
    expect(sentence('A heading', ['always'])).toBe('The weights sum to one, always.');
    expect(sentence('A heading', [])).toBe('Scores come first, and many of them.');
  });

  test.each([
    'See Softmax.',
    'See What is attention and Softmax.',
    'See also Softmax, Keys and The null key of it.',
  ])('is not the bare reference %s, unless there is nothing else', (reference) => {
    const of = (text: string) => excerptOf(text, passage(text, 'See', text.slice(-8), ['Softmax'])).sentence;
    expect(of(`${reference} It turns scores into weights.`)).toBe('It turns scores into weights.');
    expect(of(reference)).toBe(reference);
    const told = 'See how Softmax turns scores into weights.';
    expect(of(`${told} It sums to one.`)).toBe(told);
  });

  test('has no list marker', () => {
    const list =
      'Ways to blend:\n\n- Weighted sums keep the strength of scores.\n- Ranks alone do not keep it.';
    expect(excerptOf(list, passage(list, 'Ways', 'keep it.', ['strength'])).sentence).toBe(
      'Weighted sums keep the strength of scores.',
    );
  });

  test('does not begin before the passage, but may end after it', () => {
    expect(sentence('come first', [])).toBe('A softmax turns scores into weights.');
    expect(excerptOf(CONTENT, passage(CONTENT, 'Scores', 'A softmax', ['softmax'])).sentence).toBe(
      'A softmax turns scores into weights.',
    );
  });
});
