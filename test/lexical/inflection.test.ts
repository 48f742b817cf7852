import { expect, test } from 'vitest';
import { otherForms } from '../../lib/lexical/inflection.ts';

test.each([
  ['나눠', ['나누', '나눈', '나눌', '나눔', '나눕니', '나눴'], 'ㅜ + 어'],
  ['나눔', ['나누', '나눠'], 'a noun made of it'],
  ['지켜봐', ['지켜보', '지켜본', '지켜봤'], 'ㅗ + 아'],
  ['버렸', ['버리', '버린', '버려'], 'ㅣ + 었'],
  ['돼', [], 'a stem of one open syllable could be anything'],
  ['아파', ['아프', '아픈', '아픔', '아팠'], 'ㅡ + 아'],
  ['섞어', ['섞는', '섞고', '섞으', '섞었'], 'a stem that ends in a consonant'],
  ['갚', ['갚아', '갚는', '갚고'], 'the stem as the analyser leaves it'],
  ['빨라', ['빠르', '빠른', '빨랐'], '르'],
  ['빠른', ['빠르', '빨라', '빨랐'], '르'],
  ['매운', ['맵고', '매워', '매웠'], 'ㅂ'],
  ['매워', ['맵고', '매운', '매울'], 'ㅂ'],
])('%s has the forms %j: %s', (word, forms) => {
  const found = otherForms(word);
  expect(found).toEqual(expect.arrayContaining(forms));
  if (forms.length === 0) expect(found).toEqual([]);
  expect(found).not.toContain(word);
  expect(new Set(found).size).toBe(found.length);
});

test.each([
  ['가서', '가스'], // 스 ends no stem
  ['속', '속은'], // 은, 을 and 이 may be a noun's particles
  ['매운', '매운고'],
])('%s has no form %s', (word, form) => {
  expect(otherForms(word)).not.toContain(form);
});
