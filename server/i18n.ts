import { type Facts, filled } from '../lib/errors.ts';

export const LANGUAGES = ['en', 'ko'] as const;
export type Language = (typeof LANGUAGES)[number];

/** The texts of the interface, each in the languages in the order of `LANGUAGES`. */
const TEXTS = {
  'app.tagline': ['A search engine you can see through', '속이 들여다보이는 검색 엔진'],
  'nav.search': ['Search', '검색'],
  'nav.map': ['Attention map', '어텐션 맵'],
  'nav.library': ['Library', '서재'],
  'nav.tour': ['How it works', '작동 원리'],
  'nav.language': ['Language', '언어'],
  'nav.skip': ['Skip to the content', '본문으로 건너뛰기'],
  'search.label': ['Query', '쿼리'],
  'search.placeholder': ['Ask your notes…', '내 노트에 물어보세요…'],
  'search.submit': ['Search', '검색'],
  'search.empty.title': ['Ask, and see who answers', '물어보면, 누가 답하는지 보입니다'],
  'search.empty.text': [
    'What you type is the query. The title of each document is a key, its content a value. You will see how much attention each one gets, and why.',
    '입력한 글이 쿼리, 문서의 제목이 키, 본문이 값입니다. 문서마다 어텐션을 얼마나 받는지, 왜 그런지 볼 수 있습니다.',
  ],
  'search.try': ['Try', '예시'],
  'welcome.tour': ['New here? See how it works.', '처음이라면 작동 원리부터 보세요.'],
  'welcome.look': ['What you will see', '이렇게 보입니다'],
  'welcome.open': ['See this answer and its maths', '이 답과 계산 과정 보기'],
  'search.recent': ['Recent, kept in this browser only', '최근 검색 (이 브라우저에만 보관)'],
  'search.recent.clear': ['Forget them', '지우기'],
  'search.words': ['Words of the query', '쿼리의 단어'],
  'search.words.hint': [
    'Switch a word off to see the ranking change.',
    '단어를 누르면 그 단어 없이 다시 찾습니다.',
  ],
  'search.words.more': ['{count} more', '{count}개 더'],
  'search.word.off': ['Search without “{word}”', '“{word}” 빼고 검색'],
  'search.word.on': ['Put “{word}” back', '“{word}” 다시 넣기'],
  'search.examples': [
    'what is attention\nwhy divide by the square root of d\nhow to keep bread dough alive\nmortgage rates',
    '어텐션이란\n소프트맥스는 왜 합이 1일까\n김치 담그는 법\n전세 대출 금리',
  ],
  'search.joined': ['Read as one word: {words}.', '붙여 쓴 말로 찾은 단어: {words}.'],
  'search.readings': [
    'Found in no document, so read as: {words}.',
    '문서에 없어 이렇게 바꾸어 찾은 단어: {words}.',
  ],
  'search.titled': [
    'A title has it under another name, so read as: {words}.',
    '제목에 쓰인 이름으로 바꾸어 찾은 단어: {words}.',
  ],
  'search.related': [
    'Found in no document, so searched for by meaning: {words}.',
    '문서에 없어 뜻이 가까운 말로 찾은 단어: {words}.',
  ],
  'search.names': [
    'Searched for under another name as well: {words}.',
    '같은 것의 이름으로도 찾은 단어: {words}.',
  ],
  'search.beside': [
    'Found in few documents, so searched for by meaning as well: {words}.',
    '드물어서 뜻이 가까운 말로도 찾은 단어: {words}.',
  ],
  'search.suggestions': ['Go to note', '노트로 가기'],
  'search.suggestions.one': [
    '1 title matches; the down arrow leads to it.',
    '제목이 맞는 노트 1개가 있습니다. 아래쪽 화살표로 갈 수 있습니다.',
  ],
  'search.suggestions.many': [
    '{count} titles match; the down arrow leads to them.',
    '제목이 맞는 노트 {count}개가 있습니다. 아래쪽 화살표로 갈 수 있습니다.',
  ],
  'controls.title': ['Temperature, heads and filters', '온도, 헤드, 필터'],
  'controls.temperature': ['Temperature T', '온도 T'],
  'controls.temperature.hint': ['Softmax is applied to logit ÷ T.', '로짓 ÷ T가 소프트맥스에 들어갑니다.'],
  'controls.zone.pick': ['pick one', '하나만 고르기'],
  'controls.zone.blend': ['blend a few', '몇 개 섞기'],
  'controls.zone.average': ['average all', '전부 평균'],
  'controls.heads': ['Heads', '헤드'],
  'controls.head.hint': [
    'A number multiplies the coefficient; 0 turns the head off. Below 1 it also lowers the bias, so that “nothing here” gains. Titles alone have coefficients of their own.',
    '이 수를 계수에 곱합니다. 0이면 헤드가 꺼집니다. 1보다 작으면 편향도 작아져 “해당 없음”이 커집니다. 제목만 켜면 따로 맞춘 계수를 씁니다.',
  ],
  'controls.limit': ['Documents to list', '보여 줄 문서 수'],
  'controls.mass': ['Only the documents that hold 90% of the attention', '어텐션의 90%를 차지하는 문서만'],
  'controls.apply': ['Apply', '적용'],
  'controls.preset.textbook': ['Textbook: titles alone', '교과서처럼 제목만'],
  'controls.preset.everything': ['All heads', '모든 헤드'],
  'controls.presets': ['Presets', '프리셋'],
  'head.title': ['title', '제목'],
  'head.content': ['content', '본문'],
  'head.words': ['words', '단어'],
  'head.title.what': [
    'Cosine of the query and the title, the key. What the embedding cannot express is compared word by word.',
    '쿼리와 제목(키)의 코사인입니다. 임베딩이 나타내지 못하는 부분은 단어로 비교합니다.',
  ],
  'head.content.what': [
    'Largest cosine of the query with a passage.',
    '쿼리와 구절의 코사인 가운데 가장 큰 값입니다.',
  ],
  'head.words.what': [
    'BM25 score as a share of the highest that this query allows.',
    '이 쿼리가 얻을 수 있는 최대 점수에 대한 BM25 점수의 비율입니다.',
  ],
  'head.feedback': ['feedback', '피드백'],
  'head.feedback.what': [
    'Cosine of a passage with the blend of the ten documents that a first look finds strongest.',
    '처음 찾았을 때 가중치가 가장 큰 문서 열 개를 섞은 벡터와 구절의 코사인입니다.',
  ],
  'legend.query': ['Query', '쿼리'],
  'legend.keys': ['Keys', '키'],
  'legend.values': ['Values', '값'],
  'legend.query.what': ['what you typed', '입력한 글'],
  'legend.keys.what': ['the titles', '제목'],
  'legend.values.what': ['contents, in part', '본문(일부)'],
  'look.title': ['Attention at a glance', '한눈에 보는 어텐션'],
  'look.output': ['output', '출력'],
  'look.score': ['score', '점수'],
  'look.sum': ['Σ coefficient · score + bias', 'Σ 계수 · 점수 + 편향'],
  'look.temperature': ['Temperature', '온도'],
  'look.caption.logit': [
    'A logit adds up the scores that the heads give a document; softmax turns it into a weight.',
    '로짓은 헤드들의 점수를 더한 값이고, 소프트맥스가 로짓을 가중치로 바꿉니다.',
  ],
  'look.caption.lines': ['The wider a line, the larger the weight.', '선이 굵을수록 가중치가 큽니다.'],
  'look.caption': [
    'All weights, including “nothing here” and the rest, add up to 1.',
    '“해당 없음”과 나머지를 포함한 모든 가중치의 합은 1입니다.',
  ],
  'look.caption.temperature': [
    'T changes neither the order nor the verdict.',
    'T를 바꾸어도 순서와 판정은 그대로입니다.',
  ],
  'look.terms': ['What are logits, the null key and effective keys?', '로짓, 널 키, 유효 키 수란?'],
  'look.terms.logit': [
    'A logit is what softmax turns into a weight: the scores of the heads, each times its coefficient, and what is the same for all documents, added up. A document of logit 0 gets as much weight as “nothing here”; a logit larger by 1 gets e ≈ 2.7 times the weight (at T = 1).',
    '로짓은 소프트맥스가 가중치로 바꾸는 수로, 헤드마다 점수에 계수를 곱해 더하고 모든 문서에 같은 값을 더한 것입니다. 로짓이 0인 문서의 가중치는 “해당 없음”과 같고, 로짓이 1 크면 가중치는 e ≈ 2.7배입니다(T = 1일 때).',
  ],
  'look.terms.null': [
    'Softmax has to give all its weight away. The null key belongs to no document; its logit is 0, and so is its value. Where no document has a larger logit, it gets the most weight.',
    '소프트맥스는 가중치를 모두 나누어 주어야 합니다. 널 키는 어느 문서의 것도 아닌 키로, 로짓도 값도 0입니다. 로짓이 이보다 큰 문서가 없으면 널 키의 가중치가 가장 큽니다.',
  ],
  'look.terms.effective': [
    'The effective number of keys says how widely the attention is spread: 1 where one key has it all, n where n keys share it evenly. “Nothing here” counts as a key. In between it is e to the entropy of the weights.',
    '유효 키 수는 어텐션이 얼마나 퍼져 있는지 나타냅니다. 키 하나가 다 가지면 1이고, 키 n개가 고르게 나누어 가지면 n입니다. “해당 없음”도 키로 칩니다. 그 사이에서는 e를 가중치의 엔트로피만큼 거듭제곱한 값입니다.',
  ],
  'verdict.strong': ['Something here answers this.', '여기에 답이 있습니다.'],
  'verdict.weak': ['Perhaps something here answers this.', '여기에 답이 있을지도 모릅니다.'],
  'verdict.none': ['Nothing here answers this.', '여기에는 답이 없습니다.'],
  'verdict.none.hint': [
    'The closest documents are listed all the same, so that you can judge for yourself.',
    '그래도 직접 판단할 수 있도록 가장 가까운 문서를 보여 줍니다.',
  ],
  'verdict.lacks': ['Not in the first document: {words}.', '첫 번째 문서에 없는 말: {words}.'],
  'verdict.unknown': ['No word of this query is in your notes.', '이 말이 들어 있는 노트가 없습니다.'],
  'verdict.unknown.filtered': [
    'No word of this query is in the chosen documents.',
    '고른 문서 가운데 이 말이 들어 있는 것이 없습니다.',
  ],
  'verdict.empty': ['There is no word in this query to search for.', '찾을 만한 단어가 없습니다.'],
  'verdict.headless': [
    'All heads are off: nothing tells the documents apart.',
    '헤드가 모두 꺼져 있어 문서를 가려낼 기준이 없습니다.',
  ],
  'verdict.filtered': ['No document passes these filters.', '이 필터에 맞는 문서가 없습니다.'],
  'attention.effective': ['effective keys (if they shared evenly)', '유효 키 수(고르게 나눌 때)'],
  'attention.effective.hint': [
    'e to the entropy of the weights: how many keys share the attention',
    'e를 가중치의 엔트로피만큼 거듭제곱한 값: 몇 개의 키가 어텐션을 나누어 갖는가',
  ],
  'attention.nothing': ['nothing here', '해당 없음'],
  'attention.nothing.hint': ['the null key, logit 0', '널 키, 로짓 0'],
  'attention.remainder': ['{count} other documents', '그 밖의 문서 {count}개'],
  'attention.of': ['of {count} documents and the null key', '(문서 {count}개와 널 키 중)'],
  'attention.mass': [
    '{count} documents hold 90% of the documents’ weight',
    '문서 {count}개가 문서 가중치의 90%를 차지',
  ],
  'attention.mass.one': [
    '1 document holds 90% of the documents’ weight',
    '문서 1개가 문서 가중치의 90%를 차지',
  ],
  'results.title': ['Documents found', '찾은 문서'],
  'results.below': ['To the documents found', '찾은 문서로 가기'],
  'result.weight': ['weight', '가중치'],
  'result.logit': ['logit', '로짓'],
  'result.scores': ['scores', '점수'],
  'result.rank': ['rank {rank}', '{rank}위'],
  'result.first': [
    'Why first: above all its {head} score. Logit compared with rank 2: {heads}.',
    '1위인 이유: 무엇보다 {head} 점수 때문입니다. 2위와의 로짓 차이: {heads}.',
  ],
  'result.alias': ['alias', '별칭'],
  'result.missing': ['Not in this document:', '여기에 없는 말:'],
  'result.more': ['More', '더 보기'],
  'result.maths': ['Show the maths', '계산 과정 보기'],
  'result.words': ['Words × words', '단어 × 단어'],
  'maths.head': ['head', '헤드'],
  'maths.score': ['score s', '점수 s'],
  'maths.factors': ['s × a', 's × a'],
  'maths.product': ['a · s', 'a · s'],
  'maths.said': ['κ × Σ {product}', 'κ × Σ {product}'],
  'maths.overlap': [
    'L = {overlap}: the cosine of query and title as bare words, without the embedding.',
    'L = {overlap}: 임베딩 없이 단어만으로 잰 쿼리와 제목의 코사인입니다.',
  ],
  'maths.standIn': [
    'ρ = {ratio}: this document has no title, so it gets the title score that is usual for its content score.',
    'ρ = {ratio}: 제목이 없는 문서입니다. 본문 점수가 이만한 문서들의 제목이 보통 받는 점수를 대신 받습니다.',
  ],
  'maths.x': [
    'x = {x}: the share of the query that the embedding explains.',
    'x = {x}: 쿼리 가운데 임베딩이 설명하는 비율입니다.',
  ],
  'maths.x.less': [
    'x = {x}: the embedding explains {explained} of the query, of which at most 0.4 counts, and less under a filter.',
    'x = {x}: 임베딩이 설명하는 쿼리의 비율({explained})을 0.4까지만 치고, 필터가 있으면 더 적게 친 값입니다.',
  ],
  'maths.sharpness': [
    'κ = ln({documents} + 10) × exp({slope} × {x}) = {sharpness}: larger where there are many documents, smaller where many of them share the subject.',
    'κ = ln({documents} + 10) × exp({slope} × {x}) = {sharpness}: 문서가 많으면 분포가 뾰족해지고, 많은 문서가 다루는 질문이면 분포가 고르게 퍼집니다.',
  ],
  'maths.coefficients': [
    's: the score of a head. a: how much it counts, fitted like b and β to queries whose answers are known. N: the number of documents.',
    's는 헤드의 점수이고, N은 문서 수입니다. a는 헤드를 얼마나 크게 칠지 정하는 계수로, b, β와 함께 답을 아는 쿼리들에 맞춘 값입니다.',
  ],
  'maths.textbook': [
    'For titles alone, b, a, β and the factor of x in κ are fitted anew.',
    '제목만 볼 때는 b, a, β와 κ에서 x에 곱하는 수를 따로 맞춥니다.',
  ],
  'maths.multipliers': [
    'm: the number that a head was given. β is multiplied by Σ a · min(1, m) ÷ Σ a = {share}, with each a as fitted.',
    'm은 헤드에 준 수입니다. β에 곱하는 수: Σ a · min(1, m) ÷ Σ a = {share} (여기서 a는 맞춘 그대로의 값).',
  ],
  'maths.same': [
    'b, βx and −ln N are the same for all documents: they say how likely it is that there is an answer here at all.',
    'b, βx, −ln N은 모든 문서에서 같습니다. 여기에 답이 있을 만한지를 나타냅니다.',
  ],
  'maths.lengthGain': [
    'A query of {length} words: a of words is multiplied by max(1, {length} ÷ 16)^¾ = {gain}, since no document has all of them.',
    '단어가 {length}개인 긴 질문이라 단어 헤드의 a를 max(1, {length} ÷ 16)^¾ = {gain}배로 키웁니다. 모든 단어가 든 문서는 없기 때문입니다.',
  ],
  'maths.trust': [
    'The documents that a first look found are short, {length} words on average: a of content and feedback is multiplied by √({length} ÷ 50) = {trust}, and what they lose is added to a of words.',
    '먼저 찾은 문서들이 평균 {length}단어로 짧아서 본문과 피드백의 a를 √({length} ÷ 50) = {trust}배로 줄이고, 줄어든 만큼을 단어 헤드의 a에 더합니다.',
  ],
  'maths.bias': ['bias b', '편향 b'],
  'maths.explained': ['lift βx', '가산점 βx'],
  'maths.doubt': ['doubt d', '감점 d'],
  'maths.doubt.what': [
    'd: the share of the words that are guesses by meaning, where a translation counts as a quarter, times ln 0.05.',
    'd는 뜻으로 짐작한 단어(번역은 ¼로 셈)의 비율에 ln 0.05를 곱한 값입니다.',
  ],
  'maths.prior': ['log prior −ln N', '로그 사전 확률 −ln N'],
  'maths.logit': ['logit ℓ = sum', '로짓 ℓ = 합'],
  'maths.scaled': ['÷ T', '÷ T'],
  'maths.exp.shift': [
    'exp(· − {shift}): less the largest, which cancels out',
    'exp(· − {shift}), 빼는 수는 가장 큰 값이며 나누면 상쇄됨',
  ],
  'maths.sum': [
    '÷ Σ: exp of all {documents} documents, and exp(0 − {shift}) = {nothing} of “nothing here”',
    '÷ Σ: 문서 {documents}개의 exp + “해당 없음”의 exp(0 − {shift}) = {nothing}',
  ],
  'maths.weight': ['weight w', '가중치 w'],
  'maths.total': ['listed + others + “nothing here”', '목록 + 나머지 + “해당 없음”'],
  'maths.cosine.title': [
    'Title score x · cos + (1 − x) · L³, by query term',
    '제목 점수 x · cos + (1 − x) · L³, 쿼리 단어별',
  ],
  'maths.cosine.content': ['Content score x · cos, by query term', '본문 점수 x · cos, 쿼리 단어별'],
  'maths.cosine.feedback': ['Feedback score, by the documents blended', '피드백 점수, 섞은 문서별'],
  'maths.words': ['Words score, by query term', '단어 점수, 쿼리 단어별'],
  'maths.term': ['term', '단어·조각'],
  'maths.document': ['document', '문서'],
  'maths.contribution': ['adds', '기여'],
  'maths.rounding': ['rounding', '반올림'],
  'maths.share': ['share', '비중'],
  'maths.share.of': ['most × tf ÷ (tf + K)', '최대 × tf ÷ (tf + K)'],
  'maths.words.most': [
    'idf = ln(1 + ({documents} − n + ½) ÷ (n + ½)), n documents having the term; most = idf ÷ {total}, the sum of what was asked for.',
    'idf = ln(1 + ({documents} − n + ½) ÷ (n + ½))이고 n은 그 말이 든 문서 수입니다. 최대 = idf ÷ {total}이며, 나누는 수는 쿼리에 있는 말의 idf 합입니다.',
  ],
  'maths.words.half': [
    'tf counts the term in this document, {title} times where it is in the title. K = {k1} × ({flat} + {b} × {length} ÷ {pivot}) = {half} is the tf that earns half of the most; it is larger for a long document.',
    'tf는 여기 나온 횟수이고, 제목에 나오면 {title}번으로 칩니다. K = {k1} × ({flat} + {b} × {length} ÷ {pivot}) = {half}, 곧 최대의 절반을 얻는 횟수이며 문서가 길수록 큽니다.',
  ],
  'maths.words.long': [
    'Beyond {from} terms a length counts by its logarithm: {from} × (1 + ln({whole} ÷ {from})) = {length}.',
    '길이는 {from}까지만 그대로, 그 뒤로는 로그로 칩니다: {from} × (1 + ln({whole} ÷ {from})) = {length}.',
  ],
  'maths.words.longest': [
    'No document here counts as longer than {length} terms.',
    '문서가 아무리 길어도 길이를 {length}까지만 칩니다.',
  ],
  'maths.words.beside': [
    'Searched for in addition, so not part of the sum that is divided by: {words}.',
    '더불어 찾은 말이라 나누는 합에는 넣지 않습니다: {words}.',
  ],
  'maths.words.beyond': ['beyond 1, the most a score can be', '점수의 최댓값 1을 넘는 비중'],
  'maths.words.count': [
    '× {count}: the term shares its word with others, so only this part of its idf counts.',
    '× {count}: 한 단어를 다른 말과 나누어 가져서 idf를 그만큼만 칩니다.',
  ],
  'maths.copy': ['Copy as text', '텍스트로 복사'],
  'maths.copied': ['Copied', '복사됨'],
  'why.title': ['Why is my document not here?', '왜 이 문서는 없나요?'],
  'why.label': ['Its title, or part of it', '문서 제목이나 그 일부'],
  'why.submit': ['Explain', '설명 보기'],
  'why.none': [
    'No document has “{text}” in its title or an alias.',
    '제목이나 별칭에 이 말이 들어간 문서가 없습니다: “{text}”.',
  ],
  'why.filtered': ['The filters leave it out: {titles}.', '필터에 걸러진 문서: {titles}.'],
  'answer.title': ['Answer, blended from the documents', '문서를 섞어 만든 답'],
  'answer.cite': ['source · share', '출처 · 비중'],
  'answer.share': [
    'A share is the weight of the document times that of the sentence within it; for the first sentence, {product} = {percent}. Sentences are in the order of their documents; what is not quoted holds the rest.',
    '비중은 문서의 가중치에 문서 안에서 문장이 갖는 가중치를 곱한 값입니다. 첫 문장은 {product} = {percent}입니다. 문장은 문서 순서대로 있고, 인용하지 않은 것들이 나머지 비중을 가집니다.',
  ],
  'answer.properties': ['Properties of the documents', '문서의 속성'],
  'answer.weak': ['The evidence is weak: read with care.', '근거가 약합니다. 주의해서 읽으세요.'],
  'output.title': ['Output vector, as words', '출력 벡터를 단어로'],
  'output.added': ['added by attention', '어텐션이 더함'],
  'output.hint': [
    'Σ weight × value, mapped back to words. A number says how far the output points to the word. Framed words were added to the query by attention.',
    'Σ 가중치 × 값을 다시 단어로 옮긴 것입니다. 숫자는 출력이 그 단어를 가리키는 정도입니다. 테두리가 있는 것은 어텐션이 쿼리에 더한 말입니다.',
  ],
  'index.at': ['indexed {time}', '{time}에 색인'],
  'index.documents': ['{documents} documents, {passages} passages', '문서 {documents}개, 구절 {passages}개'],
  'index.stale': [
    '{changed} changed and {missing} missing since',
    '이후 {changed}개 변경, {missing}개 사라짐',
  ],
  'index.none': [
    'Nothing is indexed yet. Run: npm run index -- PATH',
    '아직 색인된 문서가 없습니다. 실행: npm run index -- 경로',
  ],
  'index.reading': ['The index is being read.', '색인을 읽는 중입니다.'],
  'following.disk-full': [
    'The disk is full: changes are not indexed until there is room.',
    '디스크가 가득 차서, 자리가 날 때까지 바뀐 노트를 색인하지 못합니다.',
  ],
  'following.cannot-write': [
    'Changes cannot be indexed now: the server’s log says why.',
    '지금은 바뀐 노트를 색인하지 못합니다. 이유는 서버 로그에 있습니다.',
  ],
  'following.ended': [
    'Changes are no longer indexed: the server’s log says why.',
    '바뀐 노트를 더는 색인하지 않습니다. 이유는 서버 로그에 있습니다.',
  ],
  'share.json': ['This page as JSON', '이 페이지의 JSON'],
  'share.link': ['Copy link', '링크 복사'],
  'keys.title': ['Keyboard', '키보드'],
  'keys.slash': ['focus the query', '쿼리 입력으로'],
  'keys.arrows': ['move through the results', '결과 사이 이동'],
  'keys.enter': ['open the document', '문서 열기'],
  'keys.help': ['show this', '이 도움말'],
  'keys.escape': ['close, or leave the field', '닫기, 입력에서 나가기'],
  'keys.on': ['/ and ? act outside the fields', '입력란 밖에서 /와 ? 키 사용'],
  'keys.close': ['Close', '닫기'],
  'map.title': ['Attention map', '어텐션 맵'],
  'map.queries': ['Queries, one per line', '쿼리를 한 줄에 하나씩'],
  'map.submit': ['Draw the map', '맵 그리기'],
  'map.caption': [
    'A cell is the weight of a document (column) for a query (row); empty ones round to 0.0%. Each row, including “nothing here” and the other documents, adds up to 1\u00a0(100%).',
    '한 칸은 쿼리(행)에 대한 문서(열)의 가중치입니다. 빈칸은 반올림하면 0.0%입니다. “해당 없음”과 그 밖의 문서를 포함한 각 행의 합은 1(100%)입니다.',
  ],
  'map.other': ['other documents', '그 밖의 문서'],
  'map.svg': ['Save as SVG', 'SVG로 저장'],
  'map.png': ['Save as PNG', 'PNG로 저장'],
  'map.words.title': ['Words × words', '단어 × 단어'],
  'map.words.caption': [
    'A cell is the cosine of a query word (row) and a word of the document (column) in the embedding space. It says whether they keep the same company in this library, not whether they mean the same. A word that the embedding does not know has 0 everywhere. No softmax has been applied.',
    '한 칸은 임베딩 공간에서 쿼리 단어(행)와 문서 단어(열)의 코사인입니다. 뜻이 같은지가 아니라 이 서재에서 함께 나오는지를 나타냅니다. 임베딩이 모르는 단어는 모두 0입니다. 소프트맥스는 적용하지 않은 값입니다.',
  ],
  'map.words.back': ['Back to the results', '결과로 돌아가기'],
  'map.example': [
    'what is softmax\nhow do I scale attention scores\nfeeding a sourdough starter\nmortgage rates',
    '소프트맥스란\n어텐션 점수는 왜 나누나\n김치 담그는 법\n전세 대출 금리',
  ],
  'map.text': [
    'Several queries are compared with all documents at once. A row shows which documents its query attends to.',
    '쿼리 여러 개로 모든 문서를 한꺼번에 살펴봅니다. 한 행은 쿼리 하나가 어느 문서에 주목하는지 나타냅니다.',
  ],
  'library.title': ['Library', '서재'],
  'library.filter': ['Title or alias contains', '제목이나 별칭에 들어 있는 말'],
  'library.count': ['{count} documents', '문서 {count}개'],
  'library.previous': ['Previous', '이전'],
  'library.next': ['Next', '다음'],
  'library.empty': ['No document matches.', '맞는 문서가 없습니다.'],
  'library.sort': ['Sort by', '정렬'],
  'library.sort.id': ['order of indexing', '색인한 순서'],
  'library.sort.title': ['title', '제목'],
  'library.sort.date': ['date, newest first', '최근 날짜부터'],
  'library.sort.uri': ['path', '경로'],
  'nav.library.map': ['Library map', '서재 지도'],
  'library.map.title': ['Library map', '서재 지도'],
  'library.map.text': [
    'Each dot is a document; documents that attend to each other stand together, in one colour. The thicker a line, the more attention.',
    '점 하나가 문서 하나입니다. 서로 주목하는 문서끼리 같은 색으로 모여 있고, 선이 굵을수록 많이 주목합니다.',
  ],
  'library.map.query': ['Only what this query finds', '이 쿼리로 찾은 것만'],
  'library.map.submit': ['Draw', '그리기'],
  'library.map.full': [
    '{count} documents in {groups} neighbourhoods. The larger a dot, the more attention it receives. Choose one to open it.',
    '문서 {count}개, 묶음 {groups}개. 점이 클수록 많이 주목받습니다. 고르면 열립니다.',
  ],
  'library.map.many': [
    '{count} documents in {groups} neighbourhoods. Each is named after the document at its centre, to which its others attend most. The name is that one document’s title, and not a topic that all of them share. Choose one to look into it.',
    '문서 {count}개, 묶음 {groups}개. 묶음에는 그 안에서 가장 많이 주목받는 한가운데 문서의 이름이 붙습니다. 이름은 그 문서의 제목일 뿐, 묶음 전체의 주제는 아닙니다. 묶음을 고르면 그 안이 보입니다.',
  ],
  'library.map.some': [
    'There are {of} documents; these are some of them.',
    '모두 {of}개이고, 여기 있는 것은 그 일부입니다.',
  ],
  'library.map.whole': ['The whole map', '전체 지도'],
  'library.map.path': ['Where you are', '현재 위치'],
  'library.map.results': ['Back to the results', '결과로 돌아가기'],
  'library.map.link': ['These documents as a map', '이 문서들을 지도로'],
  'library.map.picture': ['Picture of the neighbourhoods', '묶음 그림'],
  'library.map.around': ['{count} around it', '주변 문서 {count}개'],
  'list.more': ['and {count} more', '외 {count}개'],
  'library.map.list': ['As a list', '목록으로 보기'],
  'library.map.document': [
    '{title}: the others give it {percent} of their attention',
    '{title}: 다른 문서들이 주는 어텐션 {percent}',
  ],
  'library.map.matrix': ['As a matrix', '행렬로 보기'],
  'library.map.matrix.caption': [
    'A cell is the percentage of its attention that the row’s document gives to the column’s; a document gives none to itself. Each row, including “nothing here”, adds up to 100. Colours follow the square root, so that small weights show, too.',
    '한 칸은 행의 문서가 열의 문서에 주는 어텐션의 비중(%)입니다. 자기 자신은 제외합니다. “해당 없음”을 포함한 각 행의 합은 100입니다. 작은 값도 보이도록 색은 제곱근을 따릅니다.',
  ],
  'library.map.blocks.caption': [
    'A cell is the percentage of its attention that a document of the row’s neighbourhood gives to the column’s, on average, counting its {k} strongest relations. Each row, including the weaker ones and “nothing here”, adds up to 100. Colours follow the square root.',
    '한 칸은 행의 묶음에 있는 문서가 열의 묶음에 주는 어텐션의 평균 비중(%)으로, 문서마다 가장 강한 관계 {k}개를 셉니다. 약한 관계와 “해당 없음”을 포함한 각 행의 합은 100입니다. 색은 제곱근을 따릅니다.',
  ],
  'library.map.corner': ['Document', '문서'],
  'library.map.neighbourhood': ['Neighbourhood', '묶음'],
  'library.map.weaker': ['weaker relations', '약한 관계'],
  'library.map.masked': ['{title}: itself, left out', '{title}: 자기 자신, 제외'],
  'library.map.empty': ['There is nothing to map here.', '지도에 그릴 문서가 없습니다.'],
  'filter.folder': ['Folder', '폴더'],
  'filter.tag': ['Tag', '태그'],
  'filter.language': ['Language', '언어'],
  'filter.since': ['Since', '이날부터'],
  'filter.until': ['Until', '이날까지'],
  'controls.filter': ['Only documents from', '이런 문서만'],
  'controls.filter.off': ['Search without the filter “{filter}”', '필터 “{filter}” 빼고 검색'],
  'controls.hops': ['Follow the attention', '어텐션 따라가기'],
  'controls.hops.hint': [
    'How many times to search again with what was found as the query, as in a Hopfield network. 0 is a single search, without feedback.',
    '출력을 다시 쿼리로 삼아 찾는 횟수입니다. 홉필드 네트워크의 갱신과 같습니다. 0이면 피드백 없이 한 번만 봅니다.',
  ],
  'document.back': ['Back to the results', '결과로 돌아가기'],
  'document.source': ['Source', '출처'],
  'document.tags': ['Tags', '태그'],
  'document.aliases': ['Aliases', '별칭'],
  'document.properties': ['Properties', '속성'],
  'document.date': ['Date', '날짜'],
  'document.passage': ['The passage that was attended to', '주목받은 구절'],
  'document.indexed': ['Indexed', '색인'],
  'document.gone': [
    'The file no longer exists. This is its content as it was indexed.',
    '파일이 이제 없습니다. 색인할 때의 내용입니다.',
  ],
  'document.obsidian': ['Open in Obsidian', 'Obsidian에서 열기'],
  'document.callouts': [
    'tldr = TL;DR\nfaq = FAQ\ntodo = To do',
    'note = 메모\nabstract = 요약\nsummary = 요약\ntldr = 요약\ninfo = 정보\ntodo = 할 일\ntip = 팁\nhint = 힌트\nimportant = 중요\nsuccess = 성공\ncheck = 확인\ndone = 완료\nquestion = 질문\nhelp = 도움말\nfaq = 자주 묻는 질문\nwarning = 경고\ncaution = 주의\nattention = 주의\nfailure = 실패\nfail = 실패\nmissing = 누락\ndanger = 위험\nerror = 오류\nbug = 버그\nexample = 예시\nquote = 인용\ncite = 인용',
  ],
  'document.view.rendered': ['As a note', '노트로 보기'],
  'document.view.text': ['As indexed text', '색인된 글로 보기'],
  'document.footnote': ['Footnote {number}', '각주 {number}'],
  'document.footnote.back': ['Back to the text, footnote {number}', '본문으로 돌아가기, 각주 {number}'],
  'document.picture.web': ['Picture on the web: {picture}', '웹에 있는 그림: {picture}'],
  'document.related': ['Related documents', '관련 문서'],
  'document.related.hint': [
    'Key–key attention: this document is the query, the titles and contents of all others are the keys. With {others} for the rest and {nothing} for “nothing here”, the weights add up to 100%.',
    '키–키 어텐션: 이 문서가 쿼리, 다른 문서의 제목과 본문이 키입니다. 나머지 {others}, “해당 없음” {nothing}까지 더하면 100%입니다.',
  ],
  'document.links.from': ['Links to', '여기서 가는 링크'],
  'document.links.to': ['Linked from', '여기로 오는 링크'],
  'self.title': ['Self-attention', '셀프 어텐션'],
  'self.text.sentences': [
    'The document asks itself: every sentence is query, key and value at once. A row shows where a sentence looks. Headings, list items and lines of code count as sentences.',
    '문서가 자기 자신에게 묻습니다. 문장마다 쿼리이자 키이자 값입니다. 한 행은 그 문장이 어디를 보는지 나타냅니다. 제목, 목록의 항목, 코드 한 줄도 문장으로 칩니다.',
  ],
  'self.text.passages': [
    'The document asks itself. It is long, so its passages stand for its sentences: each is query, key and value at once. A row shows where a passage looks.',
    '문서가 자기 자신에게 묻습니다. 글이 길어 문장 대신 구절로 나누었습니다. 구절마다 쿼리이자 키이자 값입니다. 한 행은 그 구절이 어디를 보는지 나타냅니다.',
  ],
  'self.text.words': [
    'One sentence of the document asks itself (a heading, a list item and a line of code count as one): every word that carries a topic is query, key and value at once. A row shows where a word looks.',
    '문서의 한 문장(제목, 목록의 항목, 코드 한 줄일 수도 있습니다)이 자기 자신에게 묻습니다. 주제를 담은 단어마다 쿼리이자 키이자 값입니다. 한 행은 그 단어가 어디를 보는지 나타냅니다.',
  ],
  'self.caption': [
    'A cell is the weight that a row gives to a column; empty ones round to 0.0%. Softmax is applied to each row, which adds up to 1\u00a0(100%).',
    '한 칸은 행이 열에 주는 가중치입니다. 빈칸은 반올림하면 0.0%입니다. 소프트맥스는 행마다 적용하며, 각 행의 합은 1(100%)입니다.',
  ],
  'self.caption.dense': [
    'A cell is the weight that a row gives to a column, in percent; empty ones are below 1. Softmax is applied to each row, which adds up to 100. Colours follow the square root, so that small weights show, too.',
    '한 칸은 행이 열에 주는 가중치(%)입니다. 빈칸은 1보다 작습니다. 소프트맥스는 행마다 적용하며, 각 행의 합은 100입니다. 작은 값도 보이도록 색은 제곱근을 따릅니다.',
  ],
  'self.corner.sentences': ['Sentence', '문장'],
  'self.corner.passages': ['Passage', '구절'],
  'self.corner.words': ['Word', '단어'],
  'self.back': ['Back to the document', '문서로 돌아가기'],
  'self.whole': ['The whole document', '문서 전체'],
  'self.scaling': ['Scores are divided by', '점수를 나누는 수'],
  'self.vectors': [
    'Vectors have dₖ = {d} numbers and are stretched to length √dₖ, so q · k = dₖ · cos. A transformer first makes Q, K and V of them with trained matrices W^Q, W^K and W^V; they are left out here, so that Q = K = V. This is why a row is largest on the diagonal, where cos = 1.',
    '벡터는 숫자 dₖ = {d}개로 되어 있고 길이를 √dₖ로 늘였으므로 q · k = dₖ · cos입니다. 트랜스포머는 학습된 행렬 W^Q, W^K, W^V로 Q, K, V를 따로 만들지만, 여기서는 그 행렬을 생략하므로 Q = K = V입니다. 그래서 행마다 cos = 1인 대각선이 가장 큽니다.',
  ],
  'self.scaling.sqrt': ['√dₖ, as in the paper', '√dₖ, 논문대로'],
  'self.scaling.temperature': ['dₖ · T, with T = {temperature}', 'dₖ · T, T = {temperature}'],
  'self.scaling.none': ['1 (no scaling)', '1 (나누지 않음)'],
  'self.sharp': [
    'The largest weight of a row is {sqrt} on average when divided by √dₖ, {temperature} by dₖ · T and {none} by 1. Shared evenly, each of the {count} keys would get {even}.',
    '한 행에서 가장 큰 가중치는 평균하면 √dₖ로 나눌 때 {sqrt}, dₖ · T로 나눌 때 {temperature}, 1로 나눌 때 {none}입니다. 키 {count}개가 고르게 나누어 가지면 {even}씩입니다.',
  ],
  'self.divisors': [
    'Divided by √dₖ, the dot products of unrelated vectors spread equally far whatever dₖ is; divided by dₖ · T, what goes into exp is cos ÷ T; by 1, it is q · k itself. T is {sentences} unless another is given.',
    '√dₖ로 나누면 서로 관계없는 벡터들의 내적이 dₖ와 상관없이 비슷한 범위에 놓입니다. dₖ · T로 나누면 cos ÷ T가, 1로 나누면 q · k가 그대로 exp에 들어갑니다. T는 따로 정하지 않으면 {sentences}입니다.',
  ],
  'self.divisors.words': [
    'Links to words give {words}, because words are less alike: with {sentences} they would look at themselves even more.',
    '단어로 가는 링크에서는 {words}입니다. 단어끼리는 문장끼리보다 덜 닮아서, T = {sentences}에서는 저마다 자기 자신을 더 많이 보기 때문입니다.',
  ],
  'self.few': [
    'With {passages} passages, no more than the {most} numbers that a vector may have, this library gives the embedding little to learn from: words that only one passage has point the same way, so that many cosines here are close to 1.',
    '이 서재에는 구절이 {passages}개뿐이라, 벡터가 가질 수 있는 숫자 {most}개보다 많지 않아서 임베딩이 배울 것이 적습니다. 같은 구절 하나에만 나오는 단어들은 모두 같은 쪽을 가리키므로, 코사인이 1에 가까운 경우가 많습니다.',
  ],
  'self.words': ['See its words attend to each other', '이 문장의 단어들이 서로를 보는 모습'],
  'self.row.hint': [
    'Choose a row by its name to see how its numbers come about.',
    '행의 이름을 고르면 그 숫자들이 어떻게 나왔는지 볼 수 있습니다.',
  ],
  'self.row.central.sentences': [
    'Worked out below is the one most like the others, headings and questions aside.',
    '아래는 (제목과 질문을 빼고) 다른 행들과 가장 닮은 행의 계산입니다.',
  ],
  'self.row.central': [
    'Worked out below is the one most like the others.',
    '아래는 다른 행들과 가장 닮은 행의 계산입니다.',
  ],
  'self.row.asking': ['q (row {name})', 'q ({name}행)'],
  'self.row.title': ['Row {name}, step by step', '행 {name}의 계산'],
  'self.row.scores': ['From dot products to weights', '내적에서 가중치까지'],
  'self.row.scores.hint': [
    'This row is the query q, every row is a key k. q · k is divided, made positive by exp, and divided by the sum Σ. The largest score is subtracted before exp, which cancels out. On the right, the weights of the same row for each divisor.',
    '이 행이 쿼리 q이고, 모든 행이 키 k입니다. q · k를 나누고, exp로 양수로 만들고, 합 Σ로 나눕니다. exp에 넣기 전에 가장 큰 점수를 빼지만 나누면 상쇄됩니다. 오른쪽은 같은 행을 저마다 다른 수로 나눈 결과입니다.',
  ],
  'self.row.key': ['key k', '키 k'],
  'self.row.scalings': ['weight with', '나누는 수에 따른 가중치'],
  'self.row.values': ['From values to the output', '값에서 출력까지'],
  'self.row.values.hint': [
    'The output o is the sum of the values v, each times its weight. The first {shown} of {d} numbers are shown; each column is summed downwards. cos says how close a vector was to q, before attention, and is to o, after it.',
    '출력 o는 값 v에 가중치를 곱해 모두 더한 것입니다. 숫자 {d}개 가운데 앞의 {shown}개를 보여 주며, 열마다 아래로 더합니다. cos은 보기 전의 q와, 보고 난 뒤의 o에 얼마나 가까운지를 나타냅니다.',
  ],
  'self.row.vector': ['vector', '벡터'],
  'self.row.out': ['What has changed', '어텐션을 거친 뒤 달라진 것'],
  'self.row.moved': [
    'It moved most towards “{name}”: the cosine was {before} and is {after}.',
    '출력이 가장 가까워진 키는 “{name}”입니다. 코사인: {before} → {after}.',
  ],
  'self.row.still': [
    'Next to nothing: the row looked at itself alone, so that o = q.',
    '거의 없습니다. 자기 자신만 보았으므로 o = q입니다.',
  ],
  'self.row.terms': [
    'Words of this document that the output points to most, and how far q did → how far o does. Framed ones have gained.',
    '이 문서에서 출력이 가장 많이 가리키는 단어들입니다. 숫자는 q가 가리키던 정도 → o가 가리키는 정도이고, 테두리가 있는 단어는 늘어난 것입니다.',
  ],
  'self.short': [
    'This text is too short to attend to itself.',
    '셀프 어텐션을 보여 주기에는 내용이 너무 짧습니다.',
  ],
  'self.left': [
    'Left out, as the embedding knows none of their words: {count}.',
    '임베딩이 아는 단어가 없어 뺀 것: {count}개.',
  ],
  'self.most.sentences': ['What receives most attention', '가장 많이 주목받는 문장'],
  'self.most.passages': ['What receives most attention', '가장 많이 주목받는 구절'],
  'self.most.hint.sentences': [
    'The sentences that others look at most: a kind of summary, chosen by the map rather than written. The number is the mean weight that the others give.',
    '다른 문장들이 바라보는 문장입니다. 새로 쓴 요약이 아니라 맵이 고른 것입니다. 숫자는 다른 문장들이 주는 가중치의 평균입니다.',
  ],
  'self.most.hint.passages': [
    'The passages that others look at most: a kind of summary, chosen by the map rather than written. The number is the mean weight that the others give.',
    '다른 구절들이 바라보는 구절입니다. 새로 쓴 요약이 아니라 맵이 고른 것입니다. 숫자는 다른 구절들이 주는 가중치의 평균입니다.',
  ],
  'error.title': ['That did not work', '처리하지 못했습니다'],
  'error.back': ['Back to the search', '검색으로 돌아가기'],
} as const satisfies Record<string, readonly [en: string, ko: string]>;

export type MessageKey = keyof typeof TEXTS;

function textsAt(place: 0 | 1): Readonly<Record<MessageKey, string>> {
  const texts = Object.entries(TEXTS).map(([key, both]) => [key, both[place]]);
  return Object.fromEntries(texts) as Record<MessageKey, string>;
}

export const MESSAGES = { en: textsAt(0), ko: textsAt(1) } as const;

/** The text of a key in one language, with {name} replaced from `values`. */
export function translate(language: Language, key: MessageKey, values: Facts = {}): string {
  const text = filled(MESSAGES[language][key], values);
  return language === 'en' ? text.replace(ONE, '1 $1') : text.replace(PARTED, '\u2060');
}

/**
 * Where a line could end before a Korean particle: after a closing bracket, a quotation mark or a percent
 * sign. A word joiner there forbids it.
 */
const PARTED = /(?<=[)”’%])(?=[가-힣])/g;

/** English singular of counted nouns. Korean has one form for both. */
const ONE = /(?<![\d.,])1 (document|passage|neighbourhood)s\b/g;

export type Translate = (key: MessageKey, values?: Facts) => string;

export function translator(language: Language): Translate {
  return (key, values) => translate(language, key, values);
}

/** Chooses the language: `?lang=`, else the supported language that Accept-Language prefers, else English. */
export function chooseLanguage(parameter: string | undefined, accept: string | undefined): Language {
  if (isLanguage(parameter)) return parameter;
  const wanted = (accept ?? '')
    .split(',')
    .map((part) => {
      const [tag = '', quality] = part.trim().split(/\s*;\s*q=/);
      return {
        tag: tag.toLowerCase().split('-')[0] ?? '',
        quality: quality === undefined ? 1 : Number(quality),
      };
    })
    .filter(({ quality }) => quality > 0)
    .sort((a, b) => b.quality - a.quality);
  return wanted.map(({ tag }) => tag).find(isLanguage) ?? 'en';
}

export function isLanguage(tag: string | undefined): tag is Language {
  return LANGUAGES.some((language) => language === tag);
}
