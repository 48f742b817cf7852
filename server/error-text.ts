import type { ErrorCode } from '../lib/errors.ts';
import type { Language } from './i18n.ts';

const ko: Readonly<Record<ErrorCode, string>> = {
  EMPTY_QUERY: '쿼리가 비어 있습니다. 한 글자라도 적어 주세요.',
  QUERY_TOO_LONG: '쿼리가 너무 깁니다. 2,000자 이하로 줄여 주세요.',
  INVALID_PARAMETER: '주소에 쓸 수 없는 값이 있습니다.',
  UNKNOWN_PARAMETER: '주소에 모르는 이름이 있습니다.',
  INVALID_DOCUMENT: '문서를 색인할 수 없습니다.',
  UNAUTHORIZED: '이 서버에 들어오려면 토큰이 필요합니다.',
  FORBIDDEN_HOST: '이 서버의 이름이 아닌 주소로 들어왔습니다.',
  FORBIDDEN_ORIGIN: '다른 사이트에서 온 요청은 받지 않습니다.',
  NOT_FOUND: '찾는 문서나 페이지가 없습니다. 그사이 지워졌거나 주소가 바뀌었을 수 있습니다.',
  METHOD_NOT_ALLOWED: '이 서버는 읽기만 합니다.',
  ADDRESS_TOO_LONG: '주소가 너무 깁니다. 쿼리를 줄여 주세요.',
  TOO_MANY_REQUESTS: '요청이 너무 많습니다. 잠시 뒤에 다시 해 보세요.',
  NO_INDEX: '색인이 없습니다. 먼저 노트를 색인해 주세요.',
  INDEX_LOCKED: '다른 프로그램이 색인을 쓰고 있습니다. 끝난 뒤에 다시 해 보세요.',
  INDEX_UNREADABLE: '색인 파일을 읽을 수 없습니다.',
  INDEX_TOO_NEW: '더 새로운 버전이 만든 색인입니다. qkv-search를 업데이트해 주세요.',
  NOT_READY: '색인을 읽는 중입니다. 잠시 뒤에 다시 해 보세요.',
  TOO_BUSY: '서버가 바쁩니다. 잠시 뒤에 다시 해 보세요.',
  INTERNAL: '서버에서 문제가 생겼습니다. 자세한 내용은 서버의 로그에 있습니다.',
};

/** What happened, for who does not read English; the message of the error, which has the details, is in English. */
export const ERROR_TEXT: Readonly<Record<Language, Readonly<Record<ErrorCode, string>> | null>> = {
  en: null,
  ko,
};
