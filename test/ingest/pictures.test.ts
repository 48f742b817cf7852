import { describe, expect, test } from 'vitest';
import { contentOf, readOne } from './support.ts';

/** Alternative texts that say nothing of what is in the picture. */
const EMPTY = [
  ...['img', 'IMG', ' Image ', 'picture', 'Photo', 'screenshot', '그림', '이미지', '사진', '스크린샷'],
  ...[
    'Untitled',
    'Untitled1',
    'image 2',
    'img-3',
    '이미지(4)',
    'image-20200101123456789',
    '7',
    '2.1',
    'img|300',
  ],
  ...['image-20200101.png', 'heap.JPEG', 'diagram_(2).webp', '힙-정렬.svg'],
  ...['Pasted image 20240101120000.png', '스크린샷 2024-01-01 오후 3.22.10.png'],
];

/** Alternative texts that say something, though a word that says nothing alone is in them. */
const TELLING = [
  ...['a cat', 'image of a heap', '그림자', '힙 그림', 'Photo 51', '사진관', 'imgui', 'photos of Mars'],
  ...[
    'Untitled poem',
    'how logo.png came about',
    'the icon was saved as logo.png',
    'v2',
    '3D',
    'Node.js',
    'png',
  ],
];

const page = async (alt: string) =>
  (await readOne('p.html', `<title>P</title><p>before</p><img src="a.png" alt="${alt}"><p>after</p>`))
    .content;

describe('the alternative text of a picture', () => {
  test.each(EMPTY)('that says nothing is no text: %s', async (alt) => {
    expect(await contentOf(`before\n\n![${alt}](a.png)\n\nafter`)).toBe('before\n\nafter');
    expect(await contentOf(`before\n\n<img src="a.png" alt="${alt}">\n\nafter`)).toBe('before\n\nafter');
    expect(await contentOf(`- before\n- [![${alt}](a.png)](https://example.org)`)).toBe('- before');
    expect(await page(alt)).toBe('before\n\nafter');
  });

  test.each(TELLING)('that says something is text: %s', async (alt) => {
    expect(await contentOf(`before\n\n![${alt}](a.png)\n\nafter`)).toBe(`before\n\n${alt}\n\nafter`);
    expect(await page(alt)).toBe(`before\n\n${alt}\n\nafter`);
  });

  test('is no title either where it says nothing', async () => {
    const { title, content } = await readOne('Heap sort.md', '# ![image](logo.svg)\n\nA heap is a tree.');
    expect([title, content]).toEqual(['Heap sort', 'A heap is a tree.']);
    const html = '<h1><img src="logo.svg" alt="image"></h1><p>A heap is a tree.</p>';
    expect((await readOne('Heap.html', html)).title).toBe('Heap');
  });

  test('of a megabyte is read at once', async () => {
    const began = performance.now();
    await contentOf(`![${'image '.repeat(200_000)}x](a.png)`);
    expect(performance.now() - began).toBeLessThan(5000);
  });
});
