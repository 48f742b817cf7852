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
])('%s is %s, and the other way round', (latin, hangul) => {
  expect(asHangul(latin)).toBe(hangul);
  expect(asLatin(hangul)).toBe(latin);
});

test('letters that have nothing else with Shift are the same with it', () => {
  expect(asHangul('DKSSUD')).toBe(asHangul('dkssud'));
});

test('what is not Hangul to the last letter is none', () => {
  for (const latin of ['softmax', 'rk1', 'r', 'kk', 'rkz!']) expect(asHangul(latin)).toBeNull();
});

test('letters that stand alone are keys as well', () => {
  expect(asLatin('ㅁㅅㅅ둣ㅑㅐㅜ')).toBe('attention');
  expect(asLatin('낼슴ㅌ')).toBe('softmax');
  expect(asLatin('가a')).toBeNull();
});
