import { describe, expect, test } from 'vitest';
import { isoDate } from '../../lib/ingest/dates.ts';
import { readAll, readOne } from './support.ts';

describe('front matter', () => {
  test('gives title, tags, aliases and date', async () => {
    const note = await readOne(
      'a.md',
      '---\r\nTitle: "Quoted: yes"\r\ntags:\r\n  - one\r\n  - two words\r\naliases: [A, B]\r\ndate: 2024-05-01\r\n---\r\nbody',
    );
    expect(note).toMatchObject({
      title: 'Quoted: yes',
      tags: ['one', 'two words'],
      aliases: ['A', 'B', 'a'], // the file name is added
      date: '2024-05-01',
      content: 'body',
    });
  });

  test.each([
    ['tags: a, b c', { tags: ['a', 'b c'] }],
    ['tags: a b', { tags: ['a', 'b'] }],
    ['tag: "#a"', { tags: ['a'] }],
    ['keywords: [a, a]', { tags: ['a'] }],
    ['alias: 다른 이름, Other', { aliases: ['다른 이름', 'Other'] }],
    ['title: 1.10', { title: '1.10' }],
    ['title: 007', { title: '007' }],
    ['title: null', { title: 'note' }],
    ['title:', { title: 'note' }],
    ['created: 2024-05-01 10:30', { date: '2024-05-01T10:30:00.000Z' }],
  ])('%j is understood', async (yaml, expected) => {
    expect(await readOne('note.md', `---\n${yaml}\n---\nbody`)).toMatchObject(expected);
  });

  test('empty fields, and those only programs read, are left out', async () => {
    const note = await readOne('note.md', '---\ntags: []\naliases:\ndate:\ncssclass: wide\n---\nbody');
    expect(Object.keys(note).sort()).toEqual(['content', 'format', 'title', 'uri']);
  });

  test.each([
    ['a bad indent', 'tags: [a\n  b: c'],
    ['a tab', 'a:\n\t- b'],
    ['an unknown alias', 'tags: *nobody'],
    ['far too many aliases', `a: &a x\ntags: [${'*a,'.repeat(5000)}]`],
    ['extremely deep nesting', `a: ${'['.repeat(20_000)}`],
    ['a title with a colon', 'title: One: two'],
  ])('with %s a note loses its properties, not its text', async (_, yaml) => {
    const { documents, warnings } = await readAll('note.md', `---\n${yaml}\n---\nbody`);
    expect(documents[0]).toMatchObject({ content: 'body' });
    expect(warnings).toEqual([
      expect.stringMatching(/^malformed front matter \(.+\); its properties are left out$/),
    ]);
  });

  test('the title line of a malformed block is still used', async () => {
    const { documents } = await readAll('note.md', '---\ntitle: One: two\ntags: [x\n---\nbody');
    expect(documents[0]?.title).toBe('One: two');
  });

  test('the warning names the line in the file', async () => {
    const { warnings } = await readAll('note.md', '---\na: b\nc: d: e\nf: g\n---\nbody');
    expect(warnings[0]).toContain('(line 3, ');
  });

  test('a block that is never closed counts as text, with a warning', async () => {
    const { documents, warnings } = await readAll('note.md', '---\ntitle: x\n\nbody');
    expect(documents[0]?.content).toContain('body');
    expect(warnings).toEqual(['the front matter is never closed with ---; it counts as text']);
  });

  test('text between two rules is not front matter', async () => {
    const note = await readOne('note.md', '---\n\nOne remark.\n\n---\nbody');
    expect(note.content).toBe('One remark.\n\nbody');
  });

  test('an empty block is dropped', async () => {
    expect((await readOne('note.md', '---\n---\nbody')).content).toBe('body');
  });

  test('a key named __proto__ does not pollute the prototype', async () => {
    await readAll('note.md', '---\n__proto__: {polluted: yes}\n---\nbody');
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
  });
});

describe('the properties of a note', () => {
  const propertiesOf = async (yaml: string) =>
    (await readOne('note.md', `---\n${yaml}\n---\nbody`)).properties?.map(({ name, value }) => [name, value]);

  test.each<[string, string, ...[string, string][]]>([
    [
      'scalars',
      'Author: Daniel Kahneman\nrating: 4\ndue: 2025-06-01',
      ['Author', 'Daniel Kahneman'],
      ['rating', '4'],
      ['due', '2025-06-01'],
    ],
    ['lists', 'attendees: [Sora Kim, 이민수]', ['attendees', 'Sora Kim'], ['attendees', '이민수']],
    [
      'links as they are displayed',
      'a: "[[People/Sora Kim#x]] and [[b|B]]"\nb: [[Sora]]',
      ['a', 'Sora Kim and B'],
      ['b', 'Sora'],
    ],
    [
      'links to names with a # or a file extension',
      'a: "[[C# notes]], [[b/Plan.md]]"',
      ['a', 'C# notes, Plan'],
    ],
    ['one level of an object', 'place: {city: Lisbon, at: {lat: 1}}', ['place.city', 'Lisbon']],
    ['multi-line text', 'about: >\n  one\n  two', ['about', 'one two']],
    [
      'URLs',
      'source: https://example.org/2024-05-13-part-2-of-4-of-many',
      ['source', 'https://example.org/2024-05-13-part-2-of-4-of-many'],
    ],
    [
      'a date field that is not used as the date',
      'created: May 2025\npublished: 2024-01-02',
      ['created', 'May 2025'],
    ],
    ['a tag field that is not used for the tags', 'tags: [x]\nkeywords: [bias]', ['keywords', 'bias']],
  ])('include %s', async (_, yaml, ...expected) => {
    expect(await propertiesOf(yaml)).toEqual(expected);
  });

  test.each([
    'title: T\ntags: [a]\naliases: [b]\ndate: 2024-05-01',
    'cssclasses: wide\nkanban-plugin: basic\nexcalidraw-plugin: parsed\nbanner_x: 0.5\npublish: true\npermalink: a/b',
    'id: 12\nuuid: x\nkey: 8f14e45f-ceea-467f-ab0d-1234567890ab\nsum: 9f86d081884c7d659a2feaa0c55ad015',
    'tint: "#ff00aa"\nink: rgb(1, 2, 3)\nblob: dQw4w9WgXcQ8Kf3jL0pQ7sT5vB2nM6hY==\npicture: "data:image/png;base64,iVBOR"',
    'done: false\nnothing:\nnull_: null\nauthor: "{{author}}"',
    `long${'g'.repeat(100)}: x`,
  ])('do not include fields that only programs read: %j', async (yaml) => {
    expect(await propertiesOf(yaml)).toBeUndefined();
  });

  test('are limited to a thousand', async () => {
    expect(await propertiesOf(`a: [${'x,'.repeat(9999)}x]`)).toHaveLength(1000);
  });
});

describe('dates', () => {
  test.each([
    ['2024-03-05', '2024-03-05'],
    ['2024/3/5', '2024-03-05'],
    ['2024. 3. 5.', '2024-03-05'],
    ['2024년 3월 5일', '2024-03-05'],
    ['2024-03-05T10:00:00+09:00', '2024-03-05T01:00:00.000Z'],
    ['2024-03-05 10:00:00.123 +0900', '2024-03-05T01:00:00.123Z'],
    ['2024-02-31', null],
    ['2024-13-01', null],
    ['2024-03-05T25:00', null],
    ['yesterday', null],
    ['20240305', null],
  ])('%s is read as %s', (written, expected) => {
    expect(isoDate(written)).toBe(expected);
  });
});
