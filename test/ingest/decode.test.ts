import { describe, expect, test } from 'vitest';
import { readAll, readOne, reasonFor } from './support.ts';

describe('the bytes of a text file', () => {
  test('UTF-8 is read with and without a byte order mark', async () => {
    expect((await readOne('a.txt', '\ufeff세 줄의 글')).content).toBe('세 줄의 글');
    expect((await readOne('a.txt', '세 줄의 글')).content).toBe('세 줄의 글');
  });

  test.each([
    ['little-endian', (code: number) => [code & 255, code >> 8]],
    ['big-endian', (code: number) => [code >> 8, code & 255]],
  ])('UTF-16 %s is read by its byte order mark', async (_, pair) => {
    const units = Array.from('\ufeff한글 메모', (letter) => pair(letter.charCodeAt(0))).flat();
    expect((await readOne('a.txt', new Uint8Array(units))).content).toBe('한글 메모');
  });

  test('half a UTF-16 unit is refused', async () => {
    expect(await reasonFor('a.txt', new Uint8Array([0xff, 0xfe, 0x41]))).toMatch(/^invalid UTF-16/);
  });

  test('invalid UTF-8 is refused with the offset of the first bad byte', async () => {
    const bytes = new Uint8Array([...new TextEncoder().encode('가\ufffd나'), 0xc3, 0x28]);
    expect(await reasonFor('a.md', bytes)).toBe('invalid UTF-8 at byte 9 (0xc3); save the file as UTF-8');
  });

  test('invalid UTF-8 after a byte order mark counts the mark in its offset', async () => {
    expect(await reasonFor('a.md', new Uint8Array([0xef, 0xbb, 0xbf, 0x61, 0xff]))).toContain(
      'byte 4 (0xff)',
    );
  });

  test('binary content is refused', async () => {
    expect(await reasonFor('a.txt', new Uint8Array([0x50, 0x4b, 3, 4, 0, 0]))).toBe(
      'binary content (a NUL at byte 4)',
    );
    expect(await reasonFor('a.txt', new Uint8Array(100).fill(2))).toMatch(/^binary content \(100 control/);
  });

  const BLANK = ['', ' \n\t\n', '\ufeff'];

  test.each(['my_note.md', 'my_note.txt', 'my_note.org'])(
    'an empty or blank %s has a title',
    async (name) => {
      for (const blank of BLANK)
        expect(await readOne(name, blank)).toMatchObject({ uri: name, title: 'my note', content: '' });
    },
  );

  test.each(['a.html', 'a.json', 'a.jsonl', 'a.csv', 'a.tsv', 'a.pdf'])(
    'an empty or blank %s gives no document and is not an error',
    async (name) => {
      for (const blank of name === 'a.pdf' ? BLANK.slice(0, 2) : BLANK) {
        const { documents, warnings } = await readAll(name, blank);
        expect(documents).toEqual([]);
        expect(warnings).toEqual([expect.stringMatching(/^there (?:is no text|are no records) in it$/)]);
      }
    },
  );

  test('an extension without a reader is refused', async () => {
    expect(await reasonFor('a.docx', 'x')).toBe('no reader for .docx');
    expect(await reasonFor('Makefile', 'x')).toBe('no reader for files without an extension');
  });

  test('decomposed Hangul in a name and a text is composed', async () => {
    const document = await readOne('메모.md'.normalize('NFD'), '한글 본문'.normalize('NFD'));
    expect(document).toMatchObject({ uri: '메모.md', title: '메모', content: '한글 본문' });
  });

  test('control characters, line endings and runs of blank lines are normalised', async () => {
    const { content } = await readOne('a.txt', 'One\u0007 line is here. \r\n\r\n\r\n\rtwo\u200b line.\r\n');
    expect(content).toBe('One line is here.\n\ntwo line.');
  });

  test('extensions are case-insensitive', async () => {
    expect((await readOne('A.MD', '# Loud')).format).toBe('markdown');
  });
});
