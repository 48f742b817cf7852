import { expect, test } from 'vitest';
import { readOne, reasonFor } from './support.ts';

const canvas = (nodes: object[], edges: object[] = []) =>
  readOne('a/학습 board.canvas', JSON.stringify({ nodes, edges }));

test('a canvas is read from top to bottom and left to right, and its title is its file name', async () => {
  const note = await canvas(
    [
      { type: 'text', text: '# Third\n\n- [ ] *prune* #garden', x: 0, y: 50 },
      { type: 'text', text: 'second', x: 300, y: 10 },
      { type: 'text', text: 'first [[Plum|a plum]]', x: -20, y: 10 },
      { type: 'group', label: 'Orchard', x: -50, y: -10 },
      { type: 'group', x: 0, y: 0 },
      { type: 'file', file: 'Notes/Pear.md', subpath: '#Sowing', x: 0, y: 100 },
      { type: 'file', file: 'paper.pdf', x: 0, y: 110 },
      { type: 'link', url: 'https://example.org/a?b', x: 0, y: 120 },
      { type: 'link', url: 'javascript:alert(1)', x: 0, y: 130 },
    ],
    [{ fromNode: '1', toNode: '2', label: 'grows into' }, { fromNode: '2' }],
  );
  expect(note).toEqual({
    uri: 'a/학습 board.canvas',
    title: '학습 board',
    format: 'markdown',
    content:
      'Orchard\nfirst a plum\n\nsecond\n\nThird\n- prune #garden\n\nPear\n\npaper.pdf\n\nhttps://example.org/a?b\n\ngrows into',
    source: expect.stringContaining('[[Notes/Pear.md#Sowing]]'),
    tags: ['garden'],
    links: ['Plum', 'Notes/Pear.md', 'paper.pdf'],
  });
});

test.each([
  '',
  '{}',
  '{"nodes": []}',
  '{"nodes": [null, 1, {}, {"type": "text"}, {"type": "file", "file": 3}], "edges": "x"}',
])('a canvas of %j has a title and no content', async (text) => {
  const note = { uri: 'b.canvas', title: 'b', content: '', format: 'markdown' };
  expect(await readOne('b.canvas', text)).toEqual(note);
});

test('a file that is not a canvas is refused with the reason', async () => {
  expect(await reasonFor('b.canvas', '[1]')).toBe('expected an object with nodes');
  expect(await reasonFor('b.canvas', '{"nodes": [}')).toContain('malformed JSON in line 1, column 12');
});
