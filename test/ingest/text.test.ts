import { describe, expect, test } from 'vitest';
import { readOne } from './support.ts';

describe('plain text', () => {
  test.each([
    ['a short first line above a blank line is the title', 'Shopping list\n\nmilk', 'Shopping list', 'milk'],
    ['an underlined line is the title', 'Guide\n=====\ntext', 'Guide', 'text'],
    ['an over- and underlined line is the title', '#####\nGuide\n#####\n\ntext', 'Guide', 'text'],
    ['an Org title is the title', '#+TITLE: 계획\n* One\ntext', '계획', '* One\ntext'],
    ['an AsciiDoc title is the title', '= Manual\ntext', 'Manual', 'text'],
    ['a sentence is not a title', 'It rained today.\n\nA lot', 'my note', 'It rained today.\n\nA lot'],
    ['a line within a paragraph is not a title', 'one\ntwo\n\nthree', 'my note', 'one\ntwo\n\nthree'],
    ['a number is not a title', '2024\n\ntext', 'my note', '2024\n\ntext'],
    ['a single line is content', 'Buy milk', 'my note', 'Buy milk'],
  ])('%s', async (_, text, title, content) => {
    expect(await readOne('my_note.txt', text)).toEqual({
      uri: 'my_note.txt',
      title,
      content,
      format: 'text',
    });
  });

  test('a long first line is not a title', async () => {
    expect((await readOne('x.txt', `${'long '.repeat(20)}\n\ntext`)).title).toBe('x');
  });

  test('a log is text', async () => {
    const line = '09:12:40 ERROR basket: INVALID_AMOUNT';
    expect(await readOne('logs/deploy_1.log', line)).toMatchObject({ title: 'deploy 1', content: line });
  });

  test('markup and indentation are unchanged', async () => {
    expect((await readOne('x.rst', 'T\n-\n\n**a** ::\n\n    b')).content).toBe('T\n-\n\n**a** ::\n\n    b');
  });
});
