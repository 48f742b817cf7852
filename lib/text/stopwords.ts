/**
 * Words that carry no topic. A short list on purpose: stop words are dropped from documents and queries alike, so
 * a word listed here can never be found.
 */
export const ENGLISH_STOP_WORDS: ReadonlySet<string> = new Set(
  `a about after all also am an and any are as at be because been before being between both but by can could did do
  does doing down during each few for from further had has have having he her here hers him his how i if in into is it
  its itself just me more most my no nor not of off on once only or other our out over own same she should so some
  such than that the their them then there these they this those through to too under until up very was we were what
  when where which while who whom why will with would you your yours dont doesnt isnt cant im ive whats`.split(
    /\s+/,
  ),
);

/** Stop words that are names in capitals: a WAS is a web application server, IT a trade. */
export const ACRONYMS: ReadonlySet<string> = new Set('AS CAN HIS IT US WAS WHO'.split(' '));

/** Question words, auxiliaries and connectives. Compared with a word both before and after its particle is stripped. */
export const KOREAN_STOP_WORDS: ReadonlySet<string> = new Set(
  `무엇 무엇인가 무엇인가요 무엇인지 무엇이 무엇을 뭐 뭐야 뭔가 뭔가요 뭐예요 뭘까 뭘까요 뭔지 무슨 어떤 어떻게 어떠한 어디 어디서 언제
  누구 누가 왜 얼마나 그리고 그러나 하지만 그래서 또는 또한 및 즉 그런데 있다 있는 있을 있나 있나요 있는가 있어 있어요 있습니다 없다
  없는 없나요 하는 하다 한다 하고 하기 하면 할까 할까요 하나요 하는가 하는지 해야 합니다 했다 되는 되다 된다 되나 되나요 될까 될까요 됩니다
  이다 이란 이고 인가 인가요 일까 일까요 입니다 같은 같다 대해 대한 대하여 대해서 관한 관해 관하여 위한 위해 통해 통한 따라 따른 이런
  그런 저런 이것 그것 저것 이 그 저 것 수 때 등 더 안 못 잘 좀 알려줘 알려주세요 설명해줘 설명해주세요 궁금해 궁금해요 싶다 싶은 싶어
  싶어요 있을까 있을까요 있는지 있었나 있도록 없을까 없을까요 없이 않게 않는 않고 않도록 않으려면 않나 못하게 못하는 못한 하려면
  하려고 하려는 하지 하게 하여 할 되려면 되는가 되는지 되지 되도록 써야 쓰면 쓰나요 쓰는가 어느 어떤가 어떠한가 무엇이라 무엇이라고 무엇이고
  무엇이며 무엇인 뭐라고 위해서 위하여 뭘 얼마 게 거 건 걸 알고 찾고 찾아줘 찾아주세요 찾는 알려 알고싶어 모르겠어 하기로 한다는데 하던 해도 되어
  되던 돼 돼요 되도 되며 됩니까 될지 할지 몇 몇몇 있고 있던 있지 있음 없고 없던 없어 없어요 없음 않은 않아 않다 건가요 건가 건지
  거야 거예요 거지 거죠 것보다 뭐지 뭐라 뭔데 어때 어떡해 어떡하지 어떤지 어떤가요 어떠했나요 얼마이며 얼마이고 언제이며 누구이며 어디이며 그런가 그런가요
  때문 때문에 땜에 불구하고 주세요 줘 줘요 어케 어캐 어떻케 어떡 어디다 되요 되여 되나여 될까여 하나여
  뭐임 뭐냐 뭐죠 어디임 어디야 어디냐 어디예요 어디에요 어디죠 언제임 언제야 언제냐 언제예요 언제에요 언제죠 얼마임 얼마야 얼마냐 얼마예요 얼마에요 얼마죠 누구임 누구야 누구냐 누구예요 누구에요 누구죠`.split(
    /\s+/,
  ),
);

/** "How many" in one word, with particles and endings: 몇시, 몇시까지, 몇명인가요. */
export const HOW_MANY =
  /^몇(?:시간|시|분|초|번|개월|개|장|살|명|도|편|점|월|일|년|층|잔|호|등|회|주|달|권|박)(?:이나|으로|로|에|까지|부터|씩|마다|이|은|쯤|째)?(?:이?(?:임|야|냐|죠|지|였지|었지|였더라|었더라)|이?[예에]요|인지|인가|인가요)?$/;

/** Stems of auxiliaries and question words, for forms with endings that are not listed above: 있었는데, 되시죠, 어디더라. */
export const KOREAN_STOP_STEMS: ReadonlySet<string> = new Set(
  `있 없 하 되 이 싶 않 못하 같 했 됐 뭐 뭘 무엇 어디 언제 누구 얼마 어떻 그렇 이렇 그랬 이랬 하시 되시 계시 한다 된다 있다 없다 하려 되려`.split(
    ' ',
  ),
);
