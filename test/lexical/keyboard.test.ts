import { expect, test } from 'vitest';
import { asHangul, asLatin } from '../../lib/lexical/keyboard.ts';

test.each([
  ['wjstp', '전세'],
  ['rPdir', '계약'],
  ['RkRk', '까까'],
  ['dkssudgktpdy', '안녕하세요'],
  ['ekfrrhrl', '닭고기'],
  ['rkqtdmf', '값을'],
  ['dnjfrmq', '월급'],
  ['xnlrla', '튀김'],
  ['WjsTP', '쩐쎼'],
])('%s on Korean keys is %s, and back', (latin, hangul) => {
  expect(asHangul(latin)).toBe(hangul);
  expect(asLatin(hangul)).toBe(latin);
});

test('letters whose keys have no other jamo with Shift mean the same in upper case', () => {
  expect(asHangul('DKSSUD')).toBe(asHangul('dkssud'));
});

test('text that does not convert to Hangul completely gives null', () => {
  for (const latin of ['softmax', 'rk1', 'r', 'kk', 'rkz!']) expect(asHangul(latin)).toBeNull();
});

test('jamo that stand alone convert to Latin letters too', () => {
  expect(asLatin('ㅁㅅㅅ둣ㅑㅐㅜ')).toBe('attention');
  expect(asLatin('낼슴ㅌ')).toBe('softmax');
  expect(asLatin('가a')).toBeNull();
});
