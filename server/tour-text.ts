import type { Language } from './i18n.ts';

/** The texts of the tour. The numbers and pictures are computed. */
export type TourText = typeof en;

const en = {
  title: 'How it works',
  lead: 'Seven steps from a question to an answer. Every number on this page is computed from your notes as you read.',
  example: 'how does softmax turn scores into weights',
  // Questions on unrelated subjects. The first that the notes do not answer is asked next to the user's.
  offTopics: [
    'knitting a cable pattern sweater',
    'property tax return',
    'offside rule in football',
    'changing a bicycle tyre',
    'visa for a trip to Brazil',
    'tuning a church organ',
  ],
  ask: 'Take the tour with another question',
  submit: 'Take the tour',
  contents: 'Steps',
  // Caption of the paper's equation.
  paper:
    'Vaswani et al. 2017, eq. 1. The rows of Q, K and V are vectors q, kᵢ and vᵢ; here Q has one row. Each part links to its step.',
  // `see` is the text of the link to where a step can be tried; {title} is a note's title.
  steps: [
    {
      title: 'The query',
      text: [
        'What you type is the query, Q. It is cut into words; words that carry no topic, such as “how”, are dropped, and endings are cut so that “connected” finds “connection”.',
        'The words that remain become one vector, the embedding E of the query: a direction in a space that was learned from your own notes.',
      ],
      see: 'See this query on the search page',
    },
    {
      title: 'The keys',
      text: [
        'Every note has a key, K: its title, as a vector in the same space. A key is what a note can be found by; what it says is another matter, and comes later.',
        'These are the titles that will get the most attention.',
      ],
      see: 'See what each key gets',
    },
    {
      title: 'How alike are they? The cosine',
      text: [
        'Two vectors are alike when they point the same way. The cosine of the angle between them is their dot product (multiply entry by entry and add up) divided by both lengths.',
        'Because the query is a sum of words, so is the dot product. The space expresses a share x of the query. What it cannot express is compared word for word: L is the cosine of the words themselves, cubed so that one shared word counts little. A title typed as it stands scores 1. Of these titles take the one with the most attention (the next, where its score is 0): this is what each word adds to its score.',
      ],
      see: 'See the whole sum of this title',
    },
    {
      title: 'Scaling and softmax',
      text: [
        'A head is one way to compare: by title, by content, by words, and by what a first look found (feedback). Here their scores are added before one softmax; multi-head attention in a transformer has a softmax for each head, and joins the outputs end to end.',
        'Scores s become a logit ℓ: each head’s score is multiplied by its coefficient a, the sum of these by κ, and the log prior −ln N, one note of N, is added; b and βx come in step 6. κ adapts to the question: larger where there are many notes to tell apart, smaller where many of them may answer. Here this is worked out for the title of step 3.',
        'T, the temperature, stands where a transformer has √dₖ. If the entries of q and k are independent, with mean 0 and variance 1, q · k has variance dₖ, so it is about as large as √dₖ; divided by it, about 1. Undivided, softmax gives nearly all to one key, and its gradients all but vanish. Cosines are too small instead: κ and a enlarge them, and T is yours to choose.',
        'Softmax turns logits into weights that add up to 1. Low temperatures pick one note, high ones average them all. The order stays the same.',
      ],
      see: 'Move the temperature yourself',
    },
    {
      title: 'The map times the values',
      text: [
        'The values, V, are the contents. The output is their sum, each multiplied by its weight: the last step of attention.',
        'For people, the output is an answer made of the notes’ own sentences. The share of a sentence is the weight of its note times the weight of the sentence within the note. For the machine it is a vector, shown here as the words it points to. Framed words were not in the query: attention added them.',
      ],
      see: 'Read the answer with its sources',
    },
    {
      title: 'Nothing here',
      text: [
        'Softmax must give all its weight away, even when no note answers. So there is one more key, which belongs to no note and always has the logit 0. To compete with it, all other keys have to overcome the bias b, which βx raises for a question about the subjects of your notes.',
        'When your notes do not answer a question, this key takes the weight, and the search can say: nothing here.',
      ],
      see: 'Ask the question that nothing answers',
    },
    {
      title: 'Self-attention',
      text: [
        'When a sentence asks itself, every word is query, key and value at once. A row shows where a word looks; each row adds up to 1.',
        'A transformer first makes Q, K and V of each vector with trained matrices W^Q, W^K and W^V; they are left out here, so that Q = K = V. This is why a row is largest on the diagonal, where cos = 1.',
        'Words that keep the same company in your notes look at each other, even if they mean different things. Every note has such a map of its own.',
      ],
      see: 'See how “{title}” attends to itself',
    },
  ],
  labels: {
    word: 'word',
    terms: 'looked up as',
    dropped: 'dropped',
    key: 'key',
    logit: 'logit',
    term: 'term',
    contribution: 'adds',
    sum: 'sum: the score',
    document: 'document',
    others: 'all others',
    nothing: 'nothing here',
    sentence: 'sentence',
    share: 'share',
    added: 'added by attention',
    query: 'query',
    verdict: 'verdict',
    attended: 'documents',
    alike: 'Nothing in this question tells your notes apart, so there is nothing to show here: see step 6.',
    passage: 'nearest passage',
    capped:
      'x = {x}: the embedding explains {explained} of the query (step 3), of which at most 0.4 counts here.',
    empty: 'Nothing is indexed yet, so there is nothing to show here.',
    answered:
      'Your notes have something on every question prepared for this step: {examples}. Ask them something that they do not answer.',
    first: 'These are the first {shown} of {of} words.',
    rows: 'A row is a word that asks, a column a word that is asked.',
    divisor:
      'Vectors have dₖ = {d} numbers and length √dₖ. Here dot products are divided by dₖ · T = {d} × {temperature} = {divisor}. Words are less alike than sentences, so T is {temperature} here and {sentences} among sentences: with a smaller T, words look at themselves even more. A note’s own map divides by √dₖ = {root}, as the paper does.',
  },
};

const ko: TourText = {
  title: '작동 원리',
  lead: '질문이 답이 되기까지의 일곱 단계입니다. 이 페이지의 숫자는 모두 지금 여러분의 노트로 계산한 것입니다.',
  example: '소프트맥스 온도를 낮추면 어떻게 되나요',
  offTopics: [
    '부동산 세금 신고',
    '뜨개질로 스웨터 뜨기',
    '축구 오프사이드 규칙',
    '자전거 타이어 갈기',
    '브라질 여행 비자',
    '파이프 오르간 조율',
  ],
  ask: '다른 질문으로 둘러보기',
  submit: '둘러보기',
  contents: '단계',
  paper:
    'Vaswani 외 2017, 식 (1). Q, K, V의 행이 벡터 q, kᵢ, vᵢ이고, 여기서 Q는 한 행입니다. 각 부분을 누르면 그 단계로 갑니다.',
  steps: [
    {
      title: '쿼리',
      text: [
        '입력한 글이 쿼리(Q)\u2060입니다. 글을 단어로 나누고, ‘어떻게’\u2060처럼 주제를 담지 않은 말은 버립니다. 한국어는 조사를 떼고 두 글자짜리 조각으로 겹치게 잘라서, 띄어쓰기가 달라도 찾을 수 있습니다.',
        '남은 단어들은 벡터 하나, 곧 쿼리의 임베딩 E가 됩니다. 여러분의 노트에서 배운 공간 안의 한 방향입니다.',
      ],
      see: '검색 페이지에서 이 쿼리 보기',
    },
    {
      title: '키',
      text: [
        '노트마다 키(K)\u2060가 있습니다. 제목을 같은 공간의 벡터로 나타낸 것입니다. 키는 노트를 찾게 해 주는 이름표이고, 노트가 하는 말은 나중에 나옵니다.',
        '가장 많은 어텐션을 받게 될 제목들입니다.',
      ],
      see: '키마다 받는 가중치 보기',
    },
    {
      title: '얼마나 닮았을까? 코사인',
      text: [
        '두 벡터가 같은 쪽을 가리키면 닮은 것입니다. 둘 사이 각의 코사인은 내적(성분끼리 곱해서 모두 더한 값)\u2060을 두 벡터의 길이로 나눈 값입니다.',
        '쿼리가 단어들의 합이므로 내적도 단어별로 나눌 수 있습니다. 공간은 쿼리의 x만큼을 나타냅니다. 나타내지 못하는 부분은 단어끼리 비교합니다. L은 단어들 자체의 코사인이고, 한 단어만 같을 때는 적게 치려고 세제곱합니다. 제목을 그대로 입력하면 점수가 1입니다. 위의 제목 가운데 어텐션을 가장 많이 받은 것(점수가 0이면 그다음 것)\u2060을 골라, 그 점수에 각 단어가 보탠 값을 봅시다.',
      ],
      see: '이 제목의 계산 전체 보기',
    },
    {
      title: '스케일링과 소프트맥스',
      text: [
        '헤드는 저마다 하나의 비교 방식입니다. 제목으로, 본문으로, 단어로, 그리고 처음 찾은 것(피드백)\u2060으로 비교합니다. 여기서는 헤드들의 점수를 모두 더한 다음 소프트맥스를 한 번 적용합니다. 트랜스포머의 멀티 헤드 어텐션은 헤드마다 소프트맥스를 따로 적용하고 출력을 이어 붙입니다.',
        '점수 s는 로짓 ℓ이 됩니다. 헤드마다 점수에 계수 a를 곱해 더하고 κ를 곱한 다음, 노트 N개 가운데 하나라는 뜻의 로그 사전 확률 −ln N을 더합니다. b와 βx는 6단계에 나옵니다. κ는 질문에 맞춘 수로, 가려낼 노트가 많으면 커지고 답이 여러 노트에 있을 만하면 작아집니다. 3단계의 제목으로 직접 계산해 봅시다.',
        '온도 T는 트랜스포머의 √dₖ 자리에 있습니다. q와 k의 성분들이 서로 독립이고 평균이 0, 분산이 1이면 q · k의 분산은 dₖ이고 크기는 보통 √dₖ쯤입니다. √dₖ로 나누면 dₖ와 상관없이 1쯤이 됩니다. 나누지 않으면 키 하나가 가중치를 거의 다 가져가고 기울기가 거의 사라집니다. 코사인은 −1과 1 사이라 오히려 작으므로 κ와 a를 곱해 키우고, T는 마음대로 정할 수 있습니다.',
        '소프트맥스는 로짓을 합이 1인 가중치로 바꿉니다. 온도가 낮으면 하나를 고르고, 높으면 모두를 평균합니다. 순서는 변하지 않습니다.',
      ],
      see: '온도를 직접 바꾸어 보기',
    },
    {
      title: '맵 × 값',
      text: [
        '값(V)\u2060은 본문입니다. 출력은 본문에 가중치를 곱해 더한 것으로, 어텐션의 마지막 단계입니다.',
        '사람에게 출력은 노트의 문장들로 만든 답입니다. 문장의 비중은 노트의 가중치에 그 노트 안에서 문장이 갖는 가중치를 곱한 값입니다. 기계에게는 벡터이고, 여기서는 그 벡터가 가리키는 단어로 보여 줍니다. 테두리가 있는 단어는 쿼리에 없던 것으로, 어텐션이 더한 것입니다.',
      ],
      see: '출처와 함께 답 읽기',
    },
    {
      title: '해당 없음',
      text: [
        '소프트맥스는 답하는 노트가 없어도 가중치를 모두 나누어 주어야 합니다. 그래서 어느 노트의 것도 아니고 로짓이 항상 0인 키를 하나 더 둡니다. 다른 키들은 편향 b를 넘어서야 하고, 노트들이 다루는 질문이면 βx만큼 문턱이 낮아집니다.',
        '노트에 답이 없는 질문이면 이 키가 가중치를 가져가고, 검색은 “여기에는 답이 없습니다”\u2060라고 말할 수 있습니다.',
      ],
      see: '답이 없는 질문을 직접 해 보기',
    },
    {
      title: '셀프 어텐션',
      text: [
        '문장이 자기 자신에게 물으면 단어마다 쿼리이자 키이자 값이 됩니다. 한 행은 그 단어가 어디를 보는지 나타내고, 행마다 합이 1입니다.',
        '트랜스포머는 학습된 행렬 W^Q, W^K, W^V로 벡터마다 Q, K, V를 따로 만듭니다. 여기서는 그 행렬을 생략하므로 Q = K = V입니다. 그래서 행마다 cos = 1인 대각선이 가장 큽니다.',
        '노트에서 함께 자주 나오는 단어들은 뜻이 달라도 서로를 바라봅니다. 노트마다 이런 맵이 있습니다.',
      ],
      see: '“{title}”\u2060의 셀프 어텐션 보기',
    },
  ],
  labels: {
    word: '단어',
    terms: '찾는 형태',
    dropped: '버림',
    key: '키',
    logit: '로짓',
    term: '단어·조각',
    contribution: '보탠 값',
    sum: '합: 점수',
    document: '문서',
    others: '나머지 모두',
    nothing: '해당 없음',
    sentence: '문장',
    share: '비중',
    added: '어텐션이 더함',
    query: '쿼리',
    verdict: '판정',
    attended: '문서들',
    alike: '이 질문에는 노트를 가려낼 단어가 없어 보여 줄 것이 없습니다. 6단계를 보세요.',
    passage: '가장 가까운 구절',
    capped: 'x = {x}: 임베딩이 설명하는 쿼리의 비율({explained}, 3단계)\u2060을 여기서는 0.4까지만 칩니다.',
    empty: '아직 색인된 것이 없어 보여 줄 것이 없습니다.',
    answered:
      '이 단계에 쓰려고 둔 질문마다 노트에 비슷한 내용이 있습니다: {examples}. 노트에 답이 없을 만한 것을 직접 물어보세요.',
    first: '단어 {of}개 가운데 앞의 {shown}개를 보여 줍니다.',
    rows: '행은 묻는 단어, 열은 답하는 단어입니다.',
    divisor:
      '벡터는 숫자 dₖ = {d}개로 되어 있고 길이는 √dₖ입니다. 여기서 내적을 나누는 수는 dₖ · T = {d} × {temperature} = {divisor}입니다. 단어끼리는 문장끼리보다 덜 닮았으므로 T가 문장끼리의 T = {sentences}보다 큽니다. T가 작으면 단어가 자기 자신을 더 많이 봅니다. 노트마다 있는 맵은 논문대로 나누는 수가 √dₖ = {root}입니다.',
  },
};

export const TOUR: Readonly<Record<Language, TourText>> = { en, ko };
