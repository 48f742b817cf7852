import { describe, expect, test, vi } from 'vitest';
import { readAll, readOne, reasonFor } from './support.ts';

const page = (head: string, body: string) =>
  `<!doctype html><html><head>${head}</head><body>${body}</body></html>`;

describe('the text of a page', () => {
  const contentOf = async (body: string) => (await readOne('p.html', page('', body))).content;

  test.each([
    [
      'paragraphs are separated by a blank line',
      '<p>one\n  two</p><p>three<br>four</p>five',
      'one two\n\nthree\nfour\n\nfive',
    ],
    ['inline tags add no space', 'a<b>b</b> <i> c</i>', 'ab c'],
    ['headings stay with their text', '<p>a</p><h2>B</h2><p>c</p>', 'a\n\nB\nc'],
    ['list items are lines', '<ul><li>a<li><p>b</p><ol><li>c</li></ol></ul>d', '- a\n- b\n1. c\n\nd'],
    ['an item has one bullet, and none without text', '<ul><li>a <b>b</b></li><li></li></ul>c', '- a b\n\nc'],
    ['table rows are lines', '<table><tr><th>a<th>b<tr><td>1<td>2</table>', 'a | b\n1 | 2'],
    ['code stays as it is', '<pre>a\n  b &lt; c</pre>', 'a\n  b < c'],
    ['entities are decoded', '&eacute;&nbsp;&#44032;&amp;', 'é 가&'],
    [
      'scripts, styles and comments are dropped',
      'a<script>b</script><style>c</style><!-- d --><noscript>e</noscript>',
      'a',
    ],
    [
      'menus, asides and forms are dropped',
      '<nav>a</nav><aside>b</aside><form>c<button>d</button></form>e',
      'e',
    ],
    ['headers and footers of the page are dropped', '<header>a</header>b<footer>c</footer>', 'b'],
    [
      'hidden elements are dropped',
      'a<p hidden>b</p><p style="color:red; display: none">c</p><b aria-hidden="true">d</b>',
      'a',
    ],
    ['elements with a navigation role are dropped', '<div role="navigation">a</div>b', 'b'],
    ['images give their alt text', 'see <img src="x" alt="a cat">', 'see a cat'],
  ])('%s', async (_, body, content) => {
    expect(await contentOf(body)).toBe(content);
  });

  test('comes from <main> if there is one', async () => {
    expect(await contentOf('<div>menu</div><main><header>a head</header>text here</main>')).toBe(
      'a head\n\ntext here'.replace('\n\n', '\n\n'),
    );
  });

  test('comes from the articles if they hold enough of it', async () => {
    expect(
      await contentOf('<div>menu</div><article>first long text</article><article>second</article>'),
    ).toBe('first long text\n\nsecond');
    expect(await contentOf(`<p>${'the page itself '.repeat(10)}</p><article>a comment</article>`)).toContain(
      'the page',
    );
  });

  test('is kept if all of it is in a form', async () => {
    expect(await contentOf('<form><p>a page</p><script>x</script></form>')).toBe('a page');
  });

  test('a page without text gives no document and is not an error', async () => {
    const { documents, warnings } = await readAll('p.html', page('', '<script>x</script>'));
    expect({ documents, warnings }).toEqual({ documents: [], warnings: ['there is no text in it'] });
  });

  test('tags nested too deep are refused', async () => {
    expect(await reasonFor('p.html', '<div>'.repeat(50_000))).toBe(
      'its tags are nested more than 10000 deep',
    );
  });
});

describe('a closing tag without an opening one', () => {
  test('is ignored, but for </p> and </br>, which are an empty paragraph and a line break', async () => {
    const body = 'a</x>b</mi>c</title>d</p>e</br>f<svg></p></svg></svg>g</div>h';
    expect((await readOne('p.html', page('<title>T</title>', body))).content).toBe('abcd\n\ne\nfgh');
  });

  test('is not looked for among all open tags', async () => {
    const searched: number[] = [];
    const { indexOf } = Array.prototype;
    vi.spyOn(Array.prototype, 'indexOf').mockImplementation(function (this: unknown[], ...of) {
      if (this.length > 1000) searched.push(this.length);
      return indexOf.apply(this, of);
    });
    const { content } = await readOne('p.html', `${'<div>'.repeat(5000)}${'</x>a</p>b</mi>'.repeat(500)}`);
    vi.restoreAllMocks();
    expect(content).toBe('a\n\nb'.repeat(500));
    expect(searched).toEqual([]);
  });
});

describe('the headings of a page', () => {
  const headingsOf = async (body: string) => (await readOne('p.html', page('<title>T</title>', body))).source;

  test('are read at every level, as plain text', async () => {
    const body =
      '<h1>T</h1><p>a</p><h2>What <b>is</b>\n it</h2>b<h6>R&amp;D <img alt="here"></h6>c<h3> </h3>';
    expect(await headingsOf(body)).toBe('# T\n# What is it\n# R&D here');
  });

  test('exclude those in menus and hidden elements', async () => {
    expect(
      await headingsOf(
        '<nav><h2>Menu</h2></nav><h2 hidden>No</h2><script>"<h2>x</h2>"</script><h2>Yes</h2>a',
      ),
    ).toBe('# Yes');
  });

  test('may be absent, and one that is never closed is ignored', async () => {
    expect(await headingsOf('<p>a</p>')).toBeUndefined();
    expect(await headingsOf(`<h2>a${'<p>a line</p>'.repeat(100)}`)).toBeUndefined();
  });
});

describe('the title of a page', () => {
  const titleOf = async (head: string, body: string) => (await readOne('a/p.html', page(head, body))).title;

  test('is its <title>', async () => {
    expect(await titleOf('<title> A\n page &amp; more</title>', '<svg><title>icon</title></svg>text')).toBe(
      'A page & more',
    );
  });

  test('is the heading if the <title> only adds the site name', async () => {
    expect(await titleOf('<title>Bread - My Site</title>', '<h1>Bread</h1><h1>Two</h1>text')).toBe('Bread');
    expect(await titleOf('<title>Bread</title>', '<h1>Welcome</h1>text')).toBe('Bread');
  });

  test('without a <title> is og:title, else the heading, else the file name', async () => {
    const meta = '<meta property="og:title" content="Shared">';
    expect(await titleOf(meta, '<h1>Heading</h1>text')).toBe('Shared');
    expect(await titleOf('', '<h1>Heading</h1>text')).toBe('Heading');
    expect(await titleOf('', 'text')).toBe('p');
  });

  test('is not repeated at the start of the content', async () => {
    expect((await readOne('p.html', page('<title>T</title>', '<h1>T</h1><p>text</p>'))).content).toBe('text');
  });

  test('the date is the date of publication', async () => {
    const head = '<meta property="article:published_time" content="2024-05-01T00:00:00Z">';
    expect((await readOne('p.html', page(head, 'text'))).date).toBe('2024-05-01T00:00:00.000Z');
  });
});

describe('the encoding of a page', () => {
  const EUC_KR = new Uint8Array([0xc7, 0xd1, 0xb1, 0xdb]); // 한글
  const join = (before: string, bytes: Uint8Array) =>
    new Uint8Array([...new TextEncoder().encode(before), ...bytes]);

  test.each([
    '<meta charset="euc-kr">',
    '<meta http-equiv="Content-Type" content="text/html; charset=EUC-KR">',
  ])('is read from %s', async (meta) => {
    expect((await readOne('p.html', join(meta, EUC_KR))).content).toBe('한글');
  });

  test('bytes that are invalid in it give a warning', async () => {
    const { warnings } = await readAll(
      'p.html',
      join('<meta charset="euc-kr">', new Uint8Array([0x61, 0xff])),
    );
    expect(warnings).toEqual(['some bytes are not euc-kr, as its <meta> says']);
  });

  test('is UTF-8 if none is declared, or an unknown one', async () => {
    expect((await readOne('p.html', '한글')).content).toBe('한글');
    expect((await readOne('p.html', '<meta charset="klingon">한글')).content).toBe('한글');
    expect(await reasonFor('p.html', join('<p>', EUC_KR))).toMatch(/^invalid UTF-8 at byte 3/);
  });
});
