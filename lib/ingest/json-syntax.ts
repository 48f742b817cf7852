/**
 * Where a JSON text breaks the grammar of RFC 8259: the offset of the first character that
 * cannot stand there, text.length when it ends too early, -1 when it is well-formed.
 *
 * The messages of JSON.parse give a position in some cases and in some versions only; a report
 * needs the line. Linear time, no recursion.
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

/** 1 for the first line. */
export function lineAt(text: string, offset: number): number {
  let line = 1;
  for (let i = text.indexOf('\n'); i >= 0 && i < offset; i = text.indexOf('\n', i + 1)) line++;
  return line;
}

function skipSpace(text: string, from: number): number {
  let at = from;
  while (at < text.length && ' \n\r\t'.includes(text[at] ?? '')) at++;
  return at;
}

/** One past the closing quote, or ~offset of what is wrong. */
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
