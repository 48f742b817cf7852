import { expect, test } from 'vitest';
import { dictionaryForms } from '../../lib/lexical/predicates.ts';

const FORMS = `
  고치다: 고쳐 고쳐야 고쳐주나요 고치려면 고치는 고친 고칠 고쳤나요 고치시나요
  오르다: 오를 올라 올라서 올랐는데 오른
  망하다: 망하면 망했을때 망해서 망한
  갚다: 갚을 갚아야 갚았나 갚는지
  빌리다: 빌려 빌려준 빌린
  빌려주다: 빌려주는 빌려줄
  덥다: 더워서 더운 덥고
  돕다: 도와주는 도울
  걷다: 걸어 걸으면 걷기
  짓다: 지어 지은
  낫다: 나은 나으려면
  만들다: 만든 만드는 만들어 만들면
  알다: 압니까 아는
  파랗다: 파란
  쓰다: 써야 썼던
  아프다: 아픈데 아파요
  많다: 많아진 많은
  쪼그라들다: 쪼그라든
  끊다: 끊으려 끊어도
  얄밉다: 얄미운
  켜지다: 켜졌을 켜지지
  보내다: 보냈던 보내
  쉬다: 쉬었다가 쉬어
  빠르다: 빨라지면 빨라 빠른
  맵다: 매워 매운
  거둬들이다: 거둬들일`;

test.each(
  FORMS.trim()
    .split('\n')
    .flatMap((line) => {
      const [predicate = '', forms = ''] = line.trim().split(': ');
      return forms.split(' ').map((form) => [form, predicate] as const);
    }),
)('%s may be a form of %s', (form, predicate) => {
  expect(dictionaryForms(form)).toContain(predicate);
});

test.each(['fix', '', '고', 'ㅋㅋ', '고쳐고쳐고쳐고쳐고쳐고쳐고쳐고쳐고쳐고쳐고쳐'])(
  '"%s" is a form of nothing',
  (word) => {
    expect(dictionaryForms(word)).toEqual([]);
  },
);
