import { listed, withoutEnding } from './endings.ts';
import { finalConsonant, isHangulSyllable } from './hangul.ts';

/**
 * Light stripping of Korean particles. Most come in pairs, chosen by whether the noun ends in a consonant (은/는,
 * 이/가, 을/를, 과/와, 으로/로). A particle is stripped only when it agrees with the syllable before it, which
 * protects many nouns that merely end in such a syllable (나이, 마을). The others are listed below.
 */
type After = 'consonant' | 'vowel' | 'vowel-or-rieul' | 'any';

const RIEUL = 8; // index of the final ㄹ, which takes 로, like a vowel

/** Particles and endings of nouns, longest first, with what the noun must end in. */
const PARTICLES: readonly (readonly [suffix: string, after: After])[] = Object.entries({
  any: `
    에서는 에서도 에서의 에선 에겐 한텐 까진 부턴 보단 에게서 까지는 부터는 입니다 입니까 에게는 에서만 이지만 적으로 인가 이다 에서 에게 한테
    까지 부터 마다 처럼 보다 만큼 밖에 조차 하고 에는 에도 든지 끼리 만의 만이 만을 뿐만 별로 적인
    들은 들이 들을 들의 씩 들 의 에 도 만`,
  consonant: `
    으로부터 이라는 으로서 으로써 으로는 으로도 이에요 이라면 이라고 이라도 이란 이나 이며 이고 으로 과의
    이든 이랑 은 이 을 과`,
  vowel: '예요 라는 와의 라고 지만 란 랑 는 가 를 와 나',
  'vowel-or-rieul': '로부터 로서 로써 로는 로',
} satisfies Record<After, string>)
  .flatMap(([after, suffixes]) => listed(suffixes).map((suffix) => [suffix, after as After] as const))
  .toSorted((a, b) => b[0].length - a[0].length);

/** Nouns that look like a noun with a particle. They are kept whole, also at the end of a compound: 검색결과 is not 검색결 + 과. */
const HEADS = listed(`
  결과 성과 경과 통과 학과 속도 온도 빈도 밀도 각도 용도 난도 강도 습도 농도 회의 강의 논의 주의 회로 추가 휴가 허가 권한 제한
  기한 무한 역할 분할 이해 피해 방해 손해 견해 높이 길이 깊이 넓이 놀이 풀이 종이 불만`);
/** Words of two syllables that are not one syllable with a particle: 지도 ("map") is not 지 + 도, while 키의 is 키 + 의. */
const WHOLE: ReadonlySet<string> = new Set([
  ...HEADS,
  ...listed(`
  가랑 가로 간과 간만 감도 강이 같이 거만 거의 건의 걸이 검도 견과 결로 결의 경도 경의 경이 계란 고가 고도 고랑 고의 과도
  과로 광도 괭이 교란 교만 군도 굳이 궤도 기도 기로 기만 기와 내란 냉이 노란 누가 누나 누에 다만 당도 대가 대란 대로 대만
  덩이 도랑 도로 동의 둥이 따로 때로 만이 많이 맏이 먹이 멍이 멜로 면도 명도 명의 모란 모의 목과 문의 미로 바나 바로 밖에
  반도 발의 배란 백과 백만 버들 번들 벼랑 변이 별도 별로 보도 복도 본의 부가 부도 비만 뿐만 사도 삭도 산과 산도 산만 상의
  상이 새로 샌들 섀도 서가 서로 성에 성의 세로 소나 소란 소만 솔로 송이 수도 수로 수의 순도 시가 시도 식도 실로 심도 심의
  십만 아들 악의 안과 안도 애도 애로 약도 없이 여가 열도 열의 염도 영도 예의 옐로 오만 왜란 외도 요가 요란 용이 우의 원만
  위도 위로 유도 유랑 유의 의도 의의 이도 이들 이란 이랑 이의 인과 인도 일과 임의 자가 자로 자만 자의 재가 저가 저의 적도
  적의 전도 전이 절도 절로 점도 정도 정의 제도 제로 제의 조의 졸도 주가 주도 주로 주만 중도 지도 진도 질의 차도 창의 채로
  처가 척도 천만 철도 철로 첼로 충만 캔들 코란 콘도 쿠란 키로 킨들 타로 타의 탄도 태도 태만 토로 토의 특이 파도 파란 판도
  팽이 편도 편의 포도 포로 포만 푸들 프로 피란 피로 하나 하의 한도 합의 항만 항의 해로 핸들 협의 호란 호의 홀로 화가 화란
  화랑 활로 휘도 힘들`),
]);

/** Endings of verbs made from nouns with 하다, 되다 or 시키다: 정렬하는, 정렬한다, 정렬된 → 정렬. */
const VERB_ENDINGS = listed(`
  돼서 돼요 되서 되요 됬다 됬는데 됬어요 됬나요 됬는지 됐는데 됐어요 됐나요 됐는가 됐는지 됐다 되고 되기 되나요 되는 되는가 되는데 되는지 되다 되도록 되며 되면
  되어 되어야 되었고 되었는가 되었는지 되었다 되었던 되었습니다 되었으며 되었지만 되지 된 된다 될
  될까 될까요 됨 됩니까 됩니다 시켜 시켰다 시키고 시키기 시키는 시킨 시킨다 하게 하겠습니다 하고
  하고자 하기 하기로 하기에 하나요 하는 하는가 하는데 하는지 하니 하다 하도록 하려 하려고 하려면
  하며 하면 하면서 하므로 하여 하였고 하였는가 하였는지 하였다 하였던 하였습니다 하였으며 하였지만
  하자 하지 하지만 한 한가 한가요 한다 한다면 한지 할 할까 할까요 할지 함 합니까 합니다 해 해서
  해야 해요 했나요 했는가 했는지 했다 했던 했습니까 했습니다 했으며 했을까 했지만`);

/** Syllables that must be left after stripping; exceptions in `stripParticle`. */
const MIN_STEM = 2;
/** Syllables of the shortest compound: two nouns of two. */
const MIN_COMPOUND = 4;
/** Particles that no noun of three or four syllables ends in, if they agree. They may leave a single syllable: 키에서 → 키. */
const CLEAR: ReadonlySet<string> = new Set(
  listed(`
  를 을 에서 에서는 에서도 에서의 에는 에도 에게 에게서 에게는 한테 까지 까지는 부터 부터는 처럼 마다 조차 으로 으로는 으로도 으로부터
  이란 입니다 입니까`),
);
/** Nouns (and ends of compounds) whose last syllable is no particle: 사랑, 자랑, 노랑, 파랑, 첫사랑, 임진왜란, 고양이, 코로나. */
const NO_PARTICLE = /(?:[사자노파]랑|[왜호]란|고양이|코로나)$/;

/**
 * A Hangul word without its particle, verb ending (하다, 되다) or predicate ending; the word itself when it has none.
 *
 * Deliberately light: only the longest of these is removed, and a stem of two syllables once more. At least two
 * syllables are left. One is enough when the particle is beyond doubt (`CLEAR`), or when the word has only two and
 * is not a known noun.
 *
 * @example stripParticle('데이터베이스에서') // '데이터베이스'
 * @example stripParticle('값을') // '값'
 * @example stripParticle('키의') // '키'
 * @example stripParticle('회의') // '회의': a known noun
 * @example stripParticle('응답속도') // '응답속도': 속도 is a noun; 속 + 도 would be rarer
 * @example stripParticle('마을') // '마을': 을 follows a consonant only
 */
export function stripParticle(word: string): string {
  if (word.length >= MIN_COMPOUND && HEADS.some((noun) => word.endsWith(noun))) return word;
  if (!isHangulSyllable(word.charCodeAt(word.length - 1))) return word; // a particle ends in a syllable
  if (NO_PARTICLE.test(word) || WHOLE.has(word)) return word;
  const isShort = word.length === 2;
  const particle = PARTICLES.find(
    (particle) => stemLength(word, particle) >= (isShort || CLEAR.has(particle[0]) ? 1 : MIN_STEM),
  );
  const ending = VERB_ENDINGS.find(
    (suffix) => word.length - suffix.length >= MIN_STEM && word.endsWith(suffix),
  );
  const predicate = Math.min(word.length - withoutEnding(word).length, word.length - MIN_STEM);
  // The longest wins: 정렬하는 is 정렬 + 하는, not 정렬하 + 는.
  const left = word.slice(
    0,
    word.length - Math.max(particle?.[0].length ?? 0, ending?.length ?? 0, predicate),
  );
  // A stem of two syllables is stripped as that word would be on its own, so that both give the same terms: 젊은거야 → 젊은 → 젊.
  // But 이 does not stand before another particle: 줄이는 is 줄이 + 는, a verb, and not 줄 ("rope").
  return left.length === 2 && !isShort && !left.endsWith('이') ? stripParticle(left) : left;
}

/** Number of syllables left without the particle; 0 when the word does not end in it or it does not agree. */
function stemLength(word: string, [suffix, after]: readonly [suffix: string, after: After]): number {
  const length = word.length - suffix.length;
  return length > 0 && word.endsWith(suffix) && agrees(word.charCodeAt(length - 1), after) ? length : 0;
}

function agrees(code: number, after: After): boolean {
  const final = finalConsonant(code);
  if (final < 0 || after === 'any') return final >= 0;
  if (after === 'consonant') return final > 0;
  return final === 0 || (after === 'vowel-or-rieul' && final === RIEUL);
}

/** Whether a Hangul word is nothing but a particle, like 을 in "SQL을", which is split into a Latin and a Hangul token. */
export function isParticle(word: string): boolean {
  return PARTICLES.some(([suffix]) => suffix === word);
}
