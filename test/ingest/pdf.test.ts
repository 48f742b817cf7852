import { expect, test } from 'vitest';
import { readPdf } from '../../lib/ingest/readers/pdf.ts';
import { pdfBytes } from './pdf-bytes.ts';
import { readOne, reasonFor } from './support.ts';

test('a PDF gives its text, pages apart, with broken words joined', async () => {
  const bytes = pdfBytes({
    pages: [['A small re-', 'markable thing (here).', '', 'Next paragraph of X-', 'Ray.'], ['Page two.']],
    title: 'A Report',
    created: 'D:20240501120000Z',
  });
  expect(await readOne('r.pdf', bytes)).toEqual({
    uri: 'r.pdf',
    title: 'A Report',
    content: 'A small remarkable thing (here).\n\nNext paragraph of X-\nRay.\n\nPage two.',
    format: 'pdf',
    date: '2024-05-01',
  });
});

test('reading leaves the bytes to their owner', async () => {
  const bytes = pdfBytes({ pages: [['Some text here']] });
  await readOne('r.pdf', bytes);
  expect(bytes.length).toBeGreaterThan(0);
});

test.each(['Microsoft Word - draft.doc', 'untitled', 'paper_final.tex', 'x', '2024'])(
  'the metadata title %j gives way to the first line',
  async (title) => {
    expect((await readOne('r.pdf', pdfBytes({ pages: [['On Attention', 'text']], title }))).title).toBe(
      'On Attention',
    );
  },
);

test('a first line that is no title gives way to the file name', async () => {
  expect((await readOne('my_paper.pdf', pdfBytes({ pages: [['- 1 -', 'text']] }))).title).toBe('my paper');
});

test('an encrypted PDF is refused', async () => {
  const bytes = pdfBytes({ pages: [['secret']], encrypted: true });
  expect(await reasonFor('r.pdf', bytes)).toBe('an encrypted PDF; save a copy without a password');
});

test('a PDF of pictures is refused', async () => {
  expect(await reasonFor('r.pdf', pdfBytes({ pages: [[]] }))).toBe('no text layer; its pages are pictures');
});

test('a broken PDF is refused', async () => {
  expect(await reasonFor('r.pdf', '%PDF-1.4\ngarbage')).toMatch(/^a malformed PDF: /);
  expect(await reasonFor('r.pdf', pdfBytes({ pages: [['x']] }).subarray(0, 300))).toMatch(
    /^a malformed PDF: /,
  );
});

test('what is no PDF is refused', async () => {
  expect(await reasonFor('r.pdf', 'hello')).toBe('not a PDF: there is no %PDF- at its start');
});

test('a PDF that takes too long is given up, and the next one is read', async () => {
  const bytes = pdfBytes({ pages: [['Page one']] });
  await expect(readPdf({ path: '/r.pdf', relative: 'r.pdf', bytes }, 0)).rejects.toMatchObject({
    name: 'ReadError',
    reason: 'reading it takes more than 0 s',
  });
  expect((await readOne('r.pdf', bytes)).content).toBe('Page one');
});

test('PDFs asked for at the same time are each answered with their own text', async () => {
  const words = ['first', 'second', 'third'];
  const read = await Promise.all(words.map((word) => readOne('r.pdf', pdfBytes({ pages: [[word]] }))));
  expect(read.map(({ content }) => content)).toEqual(words);
});
