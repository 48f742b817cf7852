/**
 * Where a text violates the JSON grammar (RFC 8259): the offset of the first invalid character, text.length if the
 * text ends too early, or -1 if it is valid.
 *
 * A report needs the line, but JSON.parse gives a position only for some errors and in some versions. Linear time,
 * no recursion.
 */
export function jsonErrorAt(text: string): number {
  const closers: string[] = [];
  let expected: 'value' | 'first' | 'key' | 'colon' | 'next' = 'value';
  let at = skipSpace(text, 0);
  for (; at < text.length; at = skipSpace(text, at)) {
    const mark = text[at] ?? '';
    const closer = closers.at(-1);
    if (expected === 'next' || (expected === 'first' && mark === closer)) {
      if (mark === closer) {
        closers.pop();
        expected = 'next';
      } else if (expected === 'next' && mark === ',' && closer) {
        expected = closer === '}' ? 'key' : 'value';
      } else return at;
      at++;
    } else if (expected === 'colon') {
      if (mark !== ':') return at;
      expected = 'value';
      at++;
    } else if (expected === 'key' || (expected === 'first' && closer === '}')) {
      if (mark !== '"') return at;
      const end = stringEnd(text, at);
      if (end < 0) return ~end;
      expected = 'colon';
      at = end;
    } else if (mark === '{' || mark === '[') {
      closers.push(mark === '{' ? '}' : ']');
      expected = 'first';
      at++;
    } else {
      const end = mark === '"' ? stringEnd(text, at) : scalarEnd(text, at);
      if (end < 0) return ~end;
      expected = 'next';
      at = end;
    }
  }
  return expected === 'next' && closers.length === 0 ? -1 : text.length;
}

/** Line number of an offset, from 1. */
export function lineNumberAt(text: string, offset: number): number {
  let line = 1;
  for (let i = text.indexOf('\n'); i >= 0 && i < offset; i = text.indexOf('\n', i + 1)) line++;
  return line;
}

function skipSpace(text: string, from: number): number {
  let at = from;
  while (at < text.length && ' \n\r\t'.includes(text[at] ?? '')) at++;
  return at;
}

/** The offset after the closing quote, or ~offset of the error. */
function stringEnd(text: string, from: number): number {
  for (let at = from + 1; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === 0x22) return at + 1;
    if (code < 0x20) return ~at;
    if (code === 0x5c) {
      const escaped = text[at + 1] ?? '';
      if (escaped === 'u' && !/^[0-9a-f]{4}$/i.test(text.slice(at + 2, at + 6))) return ~at;
      if (!'"\\/bfnrtu'.includes(escaped) || escaped === '') return ~at;
      at++;
    }
  }
  return ~text.length;
}

const SCALAR = /true|false|null|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;

function scalarEnd(text: string, from: number): number {
  SCALAR.lastIndex = from;
  return SCALAR.test(text) ? SCALAR.lastIndex : ~from;
}
