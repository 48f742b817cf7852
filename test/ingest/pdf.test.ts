import { expect, test } from 'vitest';
import { readPdf } from '../../lib/ingest/readers/pdf.ts';
import { pdfBytes } from './pdf-bytes.ts';
import { readOne, reasonFor } from './support.ts';

test('a PDF gives its text, with pages separated and hyphenated words joined', async () => {
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

test('reading does not detach the buffer that was passed in', async () => {
  const bytes = pdfBytes({ pages: [['Some text here']] });
  await readOne('r.pdf', bytes);
  expect(bytes.length).toBeGreaterThan(0);
});

test.each(['Microsoft Word - draft.doc', 'untitled', 'paper_final.tex', 'x', '2024'])(
  'the meaningless metadata title %j is replaced by the first line',
  async (title) => {
    expect((await readOne('r.pdf', pdfBytes({ pages: [['On Attention', 'text']], title }))).title).toBe(
      'On Attention',
    );
  },
);

test('a first line that is not a title is replaced by the file name', async () => {
  expect((await readOne('my_paper.pdf', pdfBytes({ pages: [['- 1 -', 'text']] }))).title).toBe('my paper');
});

test('an encrypted PDF is refused', async () => {
  const bytes = pdfBytes({ pages: [['secret']], encrypted: true });
  expect(await reasonFor('r.pdf', bytes)).toBe('an encrypted PDF; save a copy without a password');
});

test('a PDF without a text layer is refused', async () => {
  expect(await reasonFor('r.pdf', pdfBytes({ pages: [[]] }))).toBe('no text layer; its pages are pictures');
});

test('a broken PDF is refused', async () => {
  expect(await reasonFor('r.pdf', '%PDF-1.4\ngarbage')).toMatch(/^a malformed PDF: /);
  expect(await reasonFor('r.pdf', pdfBytes({ pages: [['x']] }).subarray(0, 300))).toMatch(
    /^a malformed PDF: /,
  );
});

test('a file that is not a PDF is refused', async () => {
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

test('PDFs read concurrently each give their own text', async () => {
  const words = ['first', 'second', 'third'];
  const read = await Promise.all(words.map((word) => readOne('r.pdf', pdfBytes({ pages: [[word]] }))));
  expect(read.map(({ content }) => content)).toEqual(words);
});
