import { expect, test } from 'vitest';
import { headingsOf, indentAt, lettersOf, lineAt } from '../../lib/text/outline.ts';

test.each([
  ['# One\n\ntext\n\n### Two ###', ['one', 'two']],
  ['Under\n=====\n\nit\n\nLower\n---\n\ntext', ['under', 'lower']],
  ['## 데드락(DeadLock) **발생** 조건', ['데드락deadlock발생조건']],
  ['## [Link](https://a.example/b) and `code` <br>', ['linkandcode']],
  ['#tag\n\n    # in code\n\n####### seven', []],
  ['```sh\n# a comment\n```\n## After', ['after']],
  ['~~~~\n```\n# inside\n~~~\n# still\n~~~~\n# Out', ['out']],
  ['- item\n---\n\n| a | b |\n---\n\n---\n# ', []],
  [`# ${'long '.repeat(100)}`, []],
  ['', []],
])('the headings of %j', (markdown, headings) => {
  expect([...headingsOf(markdown)]).toEqual(headings);
});

test('a line is found by any offset in it; of a very long one only the part nearby is returned', () => {
  const text = 'one\ntwo words\nthree';
  for (let at = 4; at < 13; at++) expect(lineAt(text, at)).toBe('two words');
  expect(lineAt(text, 0)).toBe('one');
  expect(lineAt(text, text.length)).toBe('three');
  expect(lineAt('x'.repeat(1_000_000), 500_000).length).toBeLessThan(1000);
});

test('marks that never close take linear time', () => {
  const started = performance.now();
  for (const text of ['[', '](', '<', '[]('].map((mark) => mark.repeat(200))) lettersOf(text);
  headingsOf('# [a](b\n'.repeat(50_000));
  expect(performance.now() - started).toBeLessThan(2000);
});

test.each([
  ['- one', 0],
  ['  2. two', 2],
  ['    • three', 4],
  ['no item', null],
  ['-none', null],
  ['', null],
])('%j is a list item indented by %j', (line, indent) => {
  expect(indentAt(`before\n${line}\nafter`, 7)).toBe(indent);
});
