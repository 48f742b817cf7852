import { type ErrorCode, filled, type SearchError } from '../lib/errors.ts';
import type { Language } from './i18n.ts';
import { detailOf } from './problems.ts';

/**
 * Korean for the error sentences that a page can show, by English template. A test provokes every one of
 * them.
 */
export const SENTENCES: Readonly<Record<string, string>> = {
  'Expected {name} to be a number, got {got}.': '{name} 값은 숫자여야 합니다. 입력한 값: {got}.',
  'Expected {name} to be a number from {least} to {most}, got {got}.':
    '{name} 값은 {least} 이상 {most} 이하의 수여야 합니다. 입력한 값: {got}.',
  'Expected {name} to be a whole number from {least} to {most}, got {got}.':
    '{name} 값은 {least} 이상 {most} 이하의 정수여야 합니다. 입력한 값: {got}.',
  'Expected {name} to be one of {choices}; got {got}.':
    '{name} 값은 다음 가운데 하나여야 합니다: {choices}. 입력한 값: {got}.',
  'Expected {name} to be text of at most {most} characters, got {got}.':
    '{name} 값은 {most}자까지 쓸 수 있습니다. 입력한 값: {got}.',
  'Expected {name} to be a day of the calendar as YYYY-MM-DD, got {got}.':
    '{name} 값은 2024-07-01처럼 쓴, 달력에 있는 날짜여야 합니다. 입력한 값: {got}.',
  'Expected since to be no later than until, got since {since} and until {until}.':
    'since 날짜가 until 날짜보다 늦습니다. 입력한 값: since {since}, until {until}.',
  'Expected {name} to be at most {most} ids of documents, separated by commas, got {got}.':
    '{name} 값은 쉼표로 나눈 문서 번호이고 {most}개까지 쓸 수 있습니다. 입력한 값: {got}.',
  'Expected {name} at most once and as text.': '{name} 값은 한 번만 쓸 수 있습니다.',
  'Expected {name} to be text, repeated at most {most} times.': '{name} 값은 {most}번까지만 쓸 수 있습니다.',
  'Expected at most {most} queries, got {got}.':
    '쿼리는 한 번에 {most}개까지 쓸 수 있습니다. 지금은 {got}개입니다.',
  'Expected a query of at most {most} characters, got {got}. Shorten it.':
    '쿼리가 너무 깁니다. 지금 {got}자이니 {most}자 이하로 줄여 주세요.',
  'Document {id} has no sentences. Leave sentence out.':
    '{id}번 문서에는 문장이 없습니다. 주소에서 sentence 값을 빼 주세요.',
  'There is no parameter {unknown} here. Known: {known}.':
    '주소에 모르는 매개변수가 있습니다: {unknown}. 여기서 쓸 수 있는 매개변수: {known}.',
  'The address is not well formed: check its %-escapes.':
    '주소의 형식이 잘못되었습니다. % 기호와 그 뒤의 두 글자를 확인해 주세요.',
  'There is no document {id}.': '{id}번 문서가 없습니다. 그사이 지워졌을 수 있습니다.',
  'There is no document {id}: expected a number.': '문서 번호는 숫자여야 합니다. 주소에 적힌 번호: {id}.',
  'Document {id} is not on this map.': '{id}번 문서는 이 지도에 없습니다.',
  'There is nothing at {path}.': '이 주소에는 페이지가 없습니다: {path}',
};

/** Korean by error code, for sentences that are not in `SENTENCES`. */
export const CODES: Readonly<Record<ErrorCode, string>> = {
  EMPTY_QUERY: '쿼리가 비어 있습니다. 한 글자라도 적어 주세요.',
  QUERY_TOO_LONG: '쿼리가 너무 깁니다.',
  INVALID_PARAMETER: '주소에 쓸 수 없는 값이 있습니다.',
  UNKNOWN_PARAMETER: '주소에 모르는 매개변수가 있습니다.',
  INVALID_DOCUMENT: '문서를 색인할 수 없습니다.',
  UNAUTHORIZED: '이 서버에 들어오려면 토큰이 필요합니다.',
  FORBIDDEN_HOST: '이 서버의 이름이 아닌 주소로 들어왔습니다.',
  FORBIDDEN_ORIGIN: '다른 사이트에서 온 요청은 받지 않습니다.',
  NOT_FOUND: '찾는 것이 없습니다. 그사이 지워졌거나 주소가 바뀌었을 수 있습니다.',
  METHOD_NOT_ALLOWED: '이 서버는 읽기 요청만 받습니다.',
  ADDRESS_TOO_LONG: '주소가 너무 깁니다. 쿼리를 줄여 주세요.',
  TOO_MANY_REQUESTS: '요청이 너무 많습니다. 잠시 뒤에 다시 해 보세요.',
  NO_INDEX: '색인이 없습니다. 먼저 노트를 색인해 주세요.',
  INDEX_LOCKED: '다른 프로그램이 색인에 기록하고 있습니다. 끝난 뒤에 다시 해 보세요.',
  INDEX_UNREADABLE: '색인 파일을 읽을 수 없습니다.',
  INDEX_TOO_NEW: '더 새로운 버전이 만든 색인입니다. qkv-search를 업데이트해 주세요.',
  NOT_READY: '색인을 읽는 중입니다. 잠시 뒤에 다시 해 보세요.',
  TOO_BUSY: '서버가 바쁩니다. 잠시 뒤에 다시 해 보세요.',
  INTERNAL: '서버에서 문제가 생겼습니다. 자세한 내용은 서버의 로그에 있습니다.',
};

/** Codes whose text needs no English detail after it. */
const WHOLE: ReadonlySet<ErrorCode> = new Set([
  ...(['EMPTY_QUERY', 'METHOD_NOT_ALLOWED', 'ADDRESS_TOO_LONG', 'TOO_MANY_REQUESTS'] as const),
  ...(['NOT_READY', 'TOO_BUSY', 'INTERNAL'] as const),
]);

/**
 * The text of an error page.
 *
 * @returns  `said`: the message in the page's language, null in English. `detail`: the English message
 *   where `said` does not cover it; null otherwise.
 */
export function errorText(
  error: SearchError,
  language: Language,
): { readonly said: string | null; readonly detail: string | null } {
  if (language === 'en') return { said: null, detail: detailOf(error) };
  const sentence = SENTENCES[error.sentence];
  if (sentence !== undefined) return { said: filled(sentence, error.facts), detail: null };
  return { said: CODES[error.code], detail: WHOLE.has(error.code) ? null : detailOf(error) };
}
