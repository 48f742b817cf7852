import { afterAll, beforeAll, expect, test } from 'vitest';
import { Engine } from '../../lib/engine.ts';
import { textDocument } from '../support/corpus.ts';
import { serve, type TestServer } from '../support/server.ts';

/** Code points that XML 1.0 forbids, escaped or not (§2.2): a single one makes the file unreadable. */
const NOT_XML = /[^\t\n\r\u{20}-\u{d7ff}\u{e000}-\u{fffd}\u{10000}-\u{10ffff}]/u;

let engine: Engine;
let server: TestServer;
beforeAll(async () => {
  engine = Engine.open();
  await engine.index([
    textDocument('picture \ufffe\uffff of nothing', 'A picture of \ufffe\uffff nothing.', 'nothing'),
    textDocument('picture \u0001\u001b[31m of control', 'A picture of \u0001 control.', 'control'),
    textDocument('picture \ud800 of a half', 'A picture of \udc00 a half.', 'half'),
    textDocument('picture \u202eof the\u202c right', 'A picture, \u202eread\u202c from the right.', 'right'),
    textDocument('picture 👩‍👩‍👧‍👦 of a <family> & "friends"', "A picture of 'friends'.", 'family'),
  ]);
  server = await serve(engine);
});
afterAll(async () => {
  await server.close();
  engine.close();
});

test.each([
  '/map.svg?q=picture%0A%EF%BF%BE%EF%BF%BF%01%20%3C%26%3E',
  '/documents/1/words.svg?q=picture+of+nothing',
  '/documents/2/words.svg?q=picture+of+control',
  '/documents/5/words.svg?q=%22friends%22+%26+picture',
])('%s is well-formed XML, whatever the titles of the notes', async (path) => {
  const { status, headers, text } = await server.ask(path);
  expect(status).toBe(200);
  expect(headers['content-type']).toMatch(/^image\/svg\+xml/);
  expect(NOT_XML.exec(text)).toBeNull();
  expect(text.replace(/&(?:amp|lt|gt|quot|#39);/g, '')).not.toContain('&');
  // Every tag is of an element that the pictures use, and the tags are properly nested.
  const opened: string[] = [];
  for (const [, close, name = '', empty] of text.matchAll(/<(\/?)([^\s/>]*)(?:\s[\w-]+="[^"<]*")*(\/?)>/g)) {
    expect(['svg', 'title', 'desc', 'g', 'rect', 'text']).toContain(name);
    if (close) expect(opened.pop()).toBe(name);
    else if (!empty) opened.push(name);
  }
  expect(opened).toEqual([]);
  expect(text.replace(/<(\/?)([^\s/>]*)(?:\s[\w-]+="[^"<]*")*(\/?)>/g, '')).not.toMatch(/[<>]/);
});
