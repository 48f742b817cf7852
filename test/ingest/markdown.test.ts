import { describe, expect, test } from 'vitest';
import { contentOf, readOne } from './support.ts';

describe('the title of a note', () => {
  const titleOf = async (relative: string, text: string) => (await readOne(relative, text)).title;

  test('comes from the front matter first', async () => {
    expect(await titleOf('a.md', '---\ntitle: Given\n---\n# Heading\ntext')).toBe('Given');
  });

  test.each([
    ['at the top of the note', '# Large *one*\n\n## Small\n\n# Later', 'Large one'],
    ['below comments', '%%\nno\n%%\n\n<!-- no -->\n\n# One\n\n# Two', 'One'],
    [
      'below images',
      '[![build](b.svg)](u) ![[x.png]]\n\n<p align="center">\n<img src="l.png" alt="Logo"></p>\n\n# One\n\n# Two',
      'One',
    ],
    ['beside badges', '# One [![Build Status](b.svg)](u) <img src="l.png" alt="npm">\n\ntext', 'One'],
    ['an image and nothing else', '# ![One](logo.svg)\n\ntext', 'One'],
    ['beside badges, in HTML', '<h1 align="center">One <img src="l.png" alt="npm"></h1>\n\ntext', 'One'],
    ['the only one, below text', '#log #draft\n\nintro\n\n# One\n\n## Two', 'One'],
    [
      'of a lower level, above all others',
      '## 어댑터 패턴\n\n### 정의\n\n#### 예\n\n### 쓰임',
      '어댑터 패턴',
    ],
    ['about template placeholders', '# How `{{ x }}` and $e^{{x}}$ work', 'How {{ x }} and eˣ work'],
  ])('is a first heading that is %s', async (_, text, title) => {
    expect(await titleOf('a.md', text)).toBe(title);
  });

  test.each([
    ['of a lower level', '## Agenda\n\n## Notes'],
    ['of a lower level, and the only one', '## Agenda\n\ntext'],
    ['of a lower level, below text', 'intro\n\n## Agenda\n\n### Points'],
    ['of a lower level, and one of level 1 below it', '## Small\n\n# Large'],
    ['one of several below text', 'intro\n\n# Part 0\n\n# Part 1'],
    ['one of several below a quote, a list or a table', '> said\n\n- a\n\n|b|\n|-|\n\n# Part 0\n\n# Part 1'],
    ['a template placeholder', '# {{date:YYYY-MM-DD}} {{title}}\n\ntext'],
    ['another kind of template placeholder', '# <% tp.date.now("YYYY_MM_DD") %>\n\ntext'],
    ['a template placeholder in HTML', '<h1>{{title}}</h1>\n\n# Part 1'],
  ])('is the file name if the first heading is %s', async (_, text) => {
    const note = await readOne('Meetings/2025-05-13 Weekly sync.md', text);
    expect(note.title).toBe('2025-05-13 Weekly sync');
    expect(note).not.toHaveProperty('aliases');
  });

  test('is not taken from a template placeholder in the front matter', async () => {
    expect(await titleOf('a.md', '---\ntitle: "{{title}}"\n---\ntext')).toBe('a');
    expect(await titleOf('a.md', '---\ntitle: <% tp.file.title %>\n---\ntext')).toBe('a');
  });

  test('is not taken from a heading in code, in a quote or without words', async () => {
    expect(await titleOf('plain.md', '```\n# no\n```\n\n> # quoted\n\n# ![](x.png)\n\ntext')).toBe('plain');
  });

  test('can be an HTML heading', async () => {
    expect(await titleOf('a.md', '<h1 align="center">\n  Logo &amp; Name\n</h1>\n\n## Usage')).toBe(
      'Logo & Name',
    );
  });

  test('without a heading is the file name, with underscores as spaces', async () => {
    expect(await titleOf('notes/sort_by-counting.md', 'text')).toBe('sort by counting');
    expect(await titleOf('일지/2024-01-05.md', 'text')).toBe('2024-01-05');
    expect(await titleOf('v1.2 plan.md', 'text')).toBe('v1.2 plan');
  });

  test.each(['README.md', 'index.md', '_index.md'])(
    'of %s without a heading is the name of its folder',
    async (name) => {
      expect(await titleOf(`요리/${name}`, 'text')).toBe('요리');
      expect(await titleOf(name, 'text')).toBe('vault');
      expect(await titleOf(`요리/${name}`, '# Own')).toBe('Own');
    },
  );

  test('is cut at a space when it is longer than 200 characters', async () => {
    const title = await titleOf('a.md', `# ${'word '.repeat(100)}`);
    expect(title).toBe(`${'word '.repeat(40).trim()}…`);
  });

  test('is not repeated at the start of the content', async () => {
    expect(await contentOf('# Title\n\ntext')).toBe('text');
    expect(await contentOf('---\ntitle: Title\n---\n## Title\n\ntext')).toBe('text');
  });

  test('stays in the content if it is below other text', async () => {
    expect(await contentOf('intro\n\n# Title\n\ntext')).toBe('intro\n\nTitle\ntext');
  });
});

describe('the content of a note', () => {
  test.each([
    ['paragraphs are separated by a blank line', 'one\n\n\n\ntwo', 'one\n\ntwo'],
    ['line breaks within a paragraph stay', 'one\ntwo  \nthree', 'one\ntwo\nthree'],
    ['headings are on lines of their own', 'a\n\n## B *c*\nd\n\n### E', 'a\n\nB c\nd\n\nE'],
    [
      'list items are on lines of their own',
      'x\n- one\n- two\n  more\n  1. in',
      'x\n\n- one\n- two\nmore\n  1. in',
    ],
    ['ordered items keep their numbers', '3. one\n4. two', '3. one\n4. two'],
    ['loose lists read like tight ones', '- one\n\n- two\n\nend', '- one\n- two\n\nend'],
    ['checkboxes of task lists are dropped', '- [ ] buy\n- [x] done', '- buy\n- done'],
    ['an empty item leaves no bullet', '-\n\ntext', 'text'],
    ['table rows are lines with | between cells', '|a|b|\n|-|-|\n|1|**2**|\n||3|', 'a | b\n1 | 2\n | 3'],
    [
      'code is indented and otherwise unchanged',
      '```js\nconst a = [[1]]; // *x* #no\n\n  %%y%%\n```',
      '    const a = [[1]]; // *x* #no\n\n      %%y%%',
    ],
    ['inline code stays as it is', 'use `a*b*c` and `[[x]]`', 'use a*b*c and [[x]]'],
    [
      'links become their text',
      '[text](http://x.org "t") <http://y.org> [ref][1]\n\n[1]: z',
      'text http://y.org ref',
    ],
    ['images become their alt text', '![a **cat**](cat.png) sat', 'a cat sat'],
    [
      'emphasis is dropped, escapes and entities are resolved',
      '**a** _b_ ~~c~~ \\*d\\* &amp; &eacute;',
      'a b c *d* & é',
    ],
    ['rules are dropped', 'a\n\n---\n\nb', 'a\n\nb'],
    ['Korean emphasis beside particles is dropped', "**'협력'**을 하고**(또는)**말", "'협력'을 하고(또는)말"],
    [
      'comparison and multiplication keep their signs',
      'a == b, 2 * 3 * 4, x==y and y==z',
      'a == b, 2 * 3 * 4, x==y and y==z',
    ],
  ])('%s', async (_, markdown, content) => {
    expect(await contentOf(markdown)).toBe(content);
  });

  test.each([
    ['wikilinks show their label', '[[Note|shown]] [[Note]] [[a/b/Deep.md]]', 'shown Note Deep'],
    ['wikilinks to a part show the note', '[[Note#Part]] [[Note#^x1]] [[#Here]]', 'Note Note Here'],
    ['wikilinks in tables have an escaped bar', '|a|\n|-|\n|[[N\\|s]]|', 'a\ns'],
    [
      'embedded files are dropped, embedded notes become their name',
      'x ![[a b.png|200]] ![[Note]] ![[v1.2]]',
      'x  Note v1.2',
    ],
    ['unclosed wikilinks are text', '[[a and [b]] c', '[[a and [b]] c'],
    [
      'callouts give their title and text',
      '> [!note]- A *title*\n> text\n>\n> more',
      'A title\n\ntext\n\nmore',
    ],
    ['callouts may have only a title, and may be nested', '> [!info] A\n> > [!tip] B\n> > b', 'A\n\nB\n\nb'],
    ['callouts without a title give their text', '> [!warning]\n> text', 'text'],
    ['quotes give their text', '> said\n> she', 'said\nshe'],
    ['comments are dropped', 'a %%no%% b\n\n%%\nno\n\nno\n%%\n\nc', 'a  b\n\nc'],
    ['an unclosed comment is text', '%% a\n\nb', '%% a\n\nb'],
    ['100%% sure stays', 'it *is* 100%% sure', 'it is 100%% sure'],
    ['comments and mathematics end a paragraph', 'a\n%%\nno\n%%\nb\n$$\nx\n$$\nc', 'a\n\nb\n\nx\n\nc'],
    ['two prices in a row are not mathematics', 'a $5 *bill*,$10', 'a $5 bill,$10'],
    ['highlights are unwrapped', 'a ==b *c*== d, 이것은==강조==다', 'a b c d, 이것은강조다'],
    [
      'footnotes keep their text',
      'a[^1] b^[aside].\n\n[^1]: word\n[^x]: two\n  lines',
      'a b (aside).\n\nword\n\ntwo\nlines',
    ],
    [
      'mathematics becomes text',
      '$a_i * b_i$ and\n\n$$\n\\sum_{i} x_i\\\\\n\ny\n$$',
      'aᵢ ∗ bᵢ and\n\n∑ᵢ xᵢ y',
    ],
    ['prices are not mathematics', 'from $5 *to* $10', 'from $5 to $10'],
    [
      'block ids stay in code, emphasis and table cells',
      '`a ^b`\n\n**bold ^x**\n\n| a | b |\n|---|---|\n| x ^y | z |',
      'a ^b\n\nbold ^x\n\na | b\nx ^y | z',
    ],
    [
      'a link to a heading may have a space after the #',
      '[[# Heading]] [[Note# H]] [[C# notes]]',
      'Heading Note C# notes',
    ],
    ['block ids are dropped', 'a claim ^a1b2c3\n\nanother\n^my-claim\n\n^table', 'a claim\n\nanother'],
    ['a power stays', 'x ^2', 'x ^2'],
    ['a # before a space is part of a name', '[[C# notes]] [[C#]]', 'C# notes C#'],
  ])('%s', async (_, markdown, content) => {
    expect(await contentOf(markdown)).toBe(content);
  });

  test.each([
    ['HTML gives its text', '<div>\n<p>one</p><p>two &lt;3</p>\n</div>', 'one\n\ntwo <3'],
    [
      'scripts, styles and comments are dropped',
      'a\n\n<script>\nx()\n\ny()\n</script>\n\n<style>b{}</style>\n\n<!-- c\n\nd -->\n\ne',
      'a\n\ne',
    ],
    ['inline scripts are dropped', 'a <script>b()</script> c <!-- d --> e', 'a  c  e'],
    [
      'inline tags are dropped, and <br> breaks the line',
      'H<sub>2</sub>O<br>x <img src="a" alt="a cat"> <kbd>k</kbd>',
      'H2O\nx a cat k',
    ],
    ['types in angle brackets are not HTML', 'a List<String> of them', 'a List<String> of them'],
    ['breaks in cells become spaces', '|a|\n|-|\n|b<br>c|', 'a\nb c'],
    [
      'HTML tables have rows too',
      '<table><tr><th>a</th><th>b</th></tr><tr><td>1</td><td>2</td></tr></table>',
      'a | b\n1 | 2',
    ],
  ])('%s', async (_, markdown, content) => {
    expect(await contentOf(markdown)).toBe(content);
  });

  test('the source is the Markdown below the front matter, and absent if it equals the content', async () => {
    expect((await readOne('a.md', '---\ntags: x\n---\n\n*hi*\n')).source).toBe('*hi*');
    expect(await readOne('a.md', 'plain words')).not.toHaveProperty('source');
  });

  test('a note with only a heading or only front matter has a title and no content', async () => {
    expect(await readOne('a.md', '# Only this')).toMatchObject({ title: 'Only this', content: '' });
    const note = { uri: 'a.md', content: '', format: 'markdown', tags: ['b'] };
    expect(await readOne('a.md', '---\ntags: [b]\n---\n')).toEqual({ ...note, title: 'a' });
    const titled = await readOne('a.md', '---\ntitle: Given\ntags: [b]\n---\n');
    expect(titled).toEqual({ ...note, title: 'Given', aliases: ['a'] });
  });
});

describe('links and tags of a note', () => {
  test('links are the targets of wikilinks and relative links to notes: each once, decoded, without the heading', async () => {
    const { links } = await readOne(
      'a.md',
      '[[노트#부분|x]] ![[노트]] ![[x.png]] [a](../b%20c.md#d) [w](https://x.org/y.md) [m](mailto:a@b.md) [p](z.pdf) [%](50%.md) [[#here]]',
    );
    expect(links).toEqual(['노트', '../b c.md', '50%.md']);
  });

  test('the first ten thousand links of a note count', async () => {
    const many = Array.from({ length: 10_002 }, (_, i) => `[[n${i}]]`).join(' ');
    const { links = [] } = await readOne('a.md', many);
    expect([links.length, links.at(-1)]).toEqual([10_000, 'n9999']);
  });

  test('links in code do not count', async () => {
    expect(await readOne('a.md', '`[[x]]`\n\n    [[y]]')).not.toHaveProperty('links');
  });

  test('tags in the text join those of the front matter', async () => {
    const { tags } = await readOne(
      'a.md',
      '---\ntags: [one, "#two"]\n---\n#요리/한식, **#three** and #one #a-b. C# x#y (#no) #12 \\#esc `#code` [#l](u) #include',
    );
    expect(tags).toEqual(['one', 'two', '요리/한식', 'three', 'a-b']);
  });

  test('tags in headings and lists count', async () => {
    expect((await readOne('a.md', '# Day #log\n- #idea x')).tags).toEqual(['log', 'idea']);
  });
});

describe('Markdown written by plugins', () => {
  const warning =
    "==⚠  Switch to EXCALIDRAW VIEW in the MORE OPTIONS menu of this document. ⚠== You can decompress Drawing data with the command palette: 'Decompress current Excalidraw file'.";
  const drawing =
    '%%\n## Drawing\n```compressed-json\nN4KAkARALgngDgUwgLgAQQQDwMYEMA2AlgCYBOuA7hADTgQBuCpAzoQPYB2KqATLZMzYBXUtiRoIACyhQ4zZ\n```\n%%';

  test.each([
    [
      'in the current format',
      `${warning}\n\n# Excalidraw Data\n\n## Text Elements\nQuery looks for [[Key]] ^abc12345\n\nof two\nlines ^de_67-90\n\n## Element Links\nabc12345: [[Far]]\n\n## Embedded Files\nf00: [[x.png]]\n\n${drawing}`,
      'Query looks for Key\n\nof two\nlines',
    ],
    [
      'with a note around it',
      `A *note*.\n\n${warning}\n\n%%\n# Excalidraw Data\n## Text Elements\nValue ^abc12345\n${drawing}`,
      'A note.\n\nValue',
    ],
    [
      'in the old format',
      `${warning.slice(0, 80)}\n\n# Text Elements\nValue ^abc12345\n\n\n# Drawing\n{"type": "excalidraw"}`,
      'Value',
    ],
    ['without texts', `${warning}\n\n# Excalidraw Data\n## Text Elements\n${drawing}`, ''],
    ['that was never drawn', `${warning}\n`, ''],
    ['with only its data', '# Drawing\n{"type": "excalidraw"}', ''],
  ])('an Excalidraw drawing %s is reduced to its texts', async (_, body, content) => {
    const note = await readOne(
      'Sketch.md',
      `---\nexcalidraw-plugin: parsed\ntags: [excalidraw]\n---\n${body}`,
    );
    expect(note).toMatchObject({ title: 'Sketch', content, tags: ['excalidraw'] });
    expect(`${note.source}`).not.toMatch(/⚠|\^abc|compressed|Text Elements/);
  });

  test('a note that only mentions Excalidraw is read as usual', async () => {
    expect(await contentOf('intro\n\n# Drawing\n\nWith Excalidraw ^abc12345')).toBe(
      'intro\n\nDrawing\nWith Excalidraw',
    );
  });

  test('a Kanban board is reduced to its lanes and cards', async () => {
    const board =
      '---\n\nkanban-plugin: board\n\n---\n\n## To do\n\n- [ ] Prune the plum @{2024-05-01}\n\n\n## Done\n\n**Complete**\n- [x] Sow\n\n\n***\n\n## Archive\n\n- [x] Dig\n\n%% kanban:settings\n```\n{"kanban-plugin":"board","list-collapse":[false]}\n```\n%%';
    const note = await readOne('Garden.md', board);
    expect(note).toMatchObject({
      title: 'Garden',
      content: 'To do\n- Prune the plum @{2024-05-01}\n\nDone\nComplete\n\n- Sow\n\nArchive\n- Dig',
    });
    expect(note).not.toHaveProperty('properties');
  });
});
