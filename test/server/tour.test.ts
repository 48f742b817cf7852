import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Engine } from '../../lib/engine.ts';
import { translate } from '../../server/i18n.ts';
import { TOUR } from '../../server/tour-text.ts';
import { decimal, percent } from '../../server/views/numbers.ts';
import { textDocument } from '../support/corpus.ts';
import { readPage, withoutLanguages } from '../support/page.ts';
import { serve, serveDemo, type TestServer } from '../support/server.ts';

let engine: Engine;
let server: TestServer;
beforeAll(async () => {
  ({ engine, server } = await serveDemo());
});
afterAll(() => server.close());

const page = async (path: string, from = server) => {
  const answer = await from.ask(path, { headers: { accept: 'text/html' } });
  expect(answer.status).toBe(200);
  return answer.text;
};
/** The part of the page from one step to the next. */
const step = (html: string, number: number) =>
  withoutLanguages(
    html.slice(html.indexOf(`id="step-${number}"`), html.indexOf(`id="step-${number + 1}"`) + 1 || undefined),
  );

test('a word that is read as others is also looked up as those', async () => {
  const row = /insomnia<\/th><td>([^<]*)/.exec(step(await page('/tour?q=insomnia&lang=en'), 1))?.[1];
  expect(row).toBe('insomnia · sleep · night · 수면');
});

describe.each(['en', 'ko'] as const)('in %s', (language) => {
  test('every step is there, with its text and a formula, and the contents link to it', async () => {
    const html = await page(`/tour?lang=${language}`);
    const { steps, example } = TOUR[language];
    expect(steps).toHaveLength(7);
    steps.forEach(({ title, text }, i) => {
      const part = step(html, i + 1);
      expect(html).toContain(`<a href="#step-${i + 1}">`);
      expect(part).toContain(title);
      for (const paragraph of text)
        expect(part).toContain(paragraph.replaceAll("'", '&#39;').replace(/\^(\w)/g, '<sup>$1</sup>'));
      expect(part).toContain('class="formula"');
      expect(part).toMatch(/<table|class="key-list"|class="terms"/);
    });
    expect(html).toContain(`value="${example}"`);
  });

  test('formulas are in the language of the page', async () => {
    const formula = step(await page(`/tour?lang=${language}`), 2).replace(/<[^>]*>/g, '');
    expect(formula).toContain(language === 'en' ? 'kᵢ = E(titleᵢ)' : 'kᵢ = E(제목ᵢ)');
  });

  test('the equation of the paper is at the top, and its parts link to their steps', async () => {
    const html = await page(`/tour?lang=${language}`);
    const [, equation = ''] = /<p class="paper">([\s\S]*?)<\/p>/.exec(html) ?? [];
    expect(equation.replace(/<[^>]*>/g, '')).toBe('Attention(Q, K, V) = softmax(QKᵀ ÷ √dₖ)V');
    const parts = [...equation.matchAll(/href="#step-(\d)">([^<]*)/g)].map(([, at, part]) => [part, at]);
    expect(Object.fromEntries(parts)).toEqual({ softmax: '4', Q: '1', Kᵀ: '2', '√dₖ': '4', V: '5' });
  });

  test('every step links to a different place where it can be tried', async () => {
    const html = await page(`/tour?lang=${language}`);
    const links = TOUR[language].steps.map((_, i) => {
      const last = [...step(html, i + 1).matchAll(/<p><a href="([^"]+)">([^<]+)<\/a><\/p>/g)].at(-1);
      return { href: last?.[1]?.replaceAll('&amp;', '&') ?? '', name: last?.[2] ?? '' };
    });
    expect(new Set(links.map(({ href }) => href)).size).toBe(7);
    expect(new Set(links.map(({ name }) => name)).size).toBe(7);
    for (const { href, name } of links) {
      expect(name).not.toContain('{');
      const [path = '', fragment] = href.split('#');
      const place = readPage(await page(path));
      if (fragment !== undefined) expect(place.values('id'), href).toContain(fragment);
      else expect(path).toMatch(/\/self-attention\?/);
    }
  });

  test('the example query gives every step something to show', async () => {
    const { example } = TOUR[language];
    const html = await page(`/tour?lang=${language}`);
    const terms = step(html, 3).match(/<th scope="row" class="q">/g) ?? [];
    expect(terms.length, 'words that add to the cosine').toBeGreaterThanOrEqual(3);
    const { results, answer } = engine.search(example);
    expect(results[0]?.weight, 'some attention is left for others').toBeLessThan(0.8);
    expect(answer.sentences.length).toBeGreaterThan(1);
    expect(step(html, 7)).toContain('data-heat');
  });

  test('the null key has the same name as on the other pages', () => {
    const called = translate(language, 'attention.nothing');
    const { labels, steps } = TOUR[language];
    expect(labels.nothing).toBe(called);
    expect(steps[5]?.title.toLowerCase()).toBe(called);
  });

  test('a query that nothing answers is shown as such, beside one that is answered', async () => {
    const { offTopics, example } = TOUR[language];
    const [offTopic = ''] = offTopics;
    expect(engine.search(offTopic).attention.verdict).toBe('none');
    expect(engine.search(example).attention.verdict).toBe('strong');
    const part = step(await page(`/tour?lang=${language}`), 6);
    expect(part).toContain(percent(engine.search(offTopic).attention.nothing.weight));
  });
});

test.each(['en', 'ko'] as const)(
  'the query shown for contrast is one that these notes do not answer: %s',
  async (language) => {
    const notes = Engine.open();
    const { offTopics, labels } = TOUR[language];
    const about = (titles: readonly string[]) =>
      titles.map((title, i) => textDocument(title, `${title}. ${title}.`, `${i} ${title}`));
    const six = async (from: TestServer) => step(await page(`/tour?lang=${language}&q=volcanoes`, from), 6);
    const verdicts = (part: string) =>
      (['strong', 'weak', 'none'] as const).map(
        (verdict) => part.split(`<td>${translate(language, `verdict.${verdict}`)}</td>`).length - 1,
      );
    await notes.index(about([...offTopics.slice(0, 1), 'How glaciers move', 'Volcanoes', '빙하와 화산']));
    const other = await serve(notes);
    const part = await six(other);
    expect(notes.search(offTopics[0] ?? '').attention.verdict).not.toBe('none');
    expect(part).not.toContain(`>${offTopics[0]}<`);
    expect(part).toContain(`<th scope="row" class="q">${offTopics[1]}</th>`);
    expect(verdicts(part)[2]).toBe(1);
    expect(part).toContain('href="/?q=');

    await notes.index(about(offTopics));
    const all = await six(other);
    expect(verdicts(all)[2]).toBe(0);
    expect(all).toContain(labels.answered.split('{examples}')[0]);
    expect(all).not.toContain('href="/?q=');
    await other.close();
    notes.close();
  },
);

describe('the map of words', () => {
  const mapOf = async (documents: readonly string[], q: string) => {
    const notes = Engine.open();
    await notes.index(documents.map((text, i) => textDocument(`Note ${i}`, text, String(i))));
    const other = await serve(notes);
    const part = step(await page(`/tour?q=${encodeURIComponent(q)}`, other), 7);
    await other.close();
    notes.close();
    return { part, sentence: /<blockquote><bdi>([^<]*)/.exec(part)?.[1] };
  };

  test('is of a sentence with four words that the embedding knows, if there is one', async () => {
    const hives = 'Wax, honey and pollen lie in the hives of the bees.';
    const company = ['Hives hold wax and pollen.', 'Trains run on rails.', 'Trains make noise on rails.'];
    // The first sentence of the answer has only three.
    expect((await mapOf([`Bees make honey. ${hives}`, ...company], 'bees honey')).sentence).toBe(hives);
    expect((await mapOf(['Bees make honey.', ...company], 'bees honey')).sentence).toBe('Bees make honey.');
  });

  test('says how many words are left out, and that the text is too short if all are', async () => {
    const short = ['Bees.', 'Honey.', 'Wax.', 'Hives.'];
    const { part, sentence } = await mapOf(short, 'bees honey wax hives quokka zyzzyva');
    expect(sentence).toBe('bees honey wax hives quokka zyzzyva');
    expect(part.split('<th scope="row"')).toHaveLength(5);
    expect(part).toContain('Left out, as the embedding knows none of their words: 2.');
    const none = await mapOf(short, 'quokka');
    expect(none.part).toContain('This text is too short to attend to itself.');
    expect(none.part).toContain('none of their words: 1.');
  });

  test('says how many of the words it shows', async () => {
    expect(step(await page('/tour?q=kimchi&lang=en'), 7)).toContain('These are the first 12 of 16 words.');
  });
});

test.each(['en', 'ko'] as const)(
  'the logit of a query read by meaning has the same summands in the formula and in the sum, in %s',
  async (lang) => {
    const four = step(await page(`/tour?q=insomnia&lang=${lang}`), 4).replaceAll(/\u00a0|&nbsp;/g, ' ');
    expect(four).toContain('ℓᵢ = κ Σ aₕ sₕᵢ + b + βx + d − ln N<');
    expect(four).toMatch(/ℓ = κ Σ a · s \+ b \+ βx \+ d − ln N = [^=]*ln 0\.05 − ln 170 = /);
    expect(four).toContain(translate(lang, 'maths.doubt.what'));
    const plain = step(await page(`/tour?q=softmax&lang=${lang}`), 4).replaceAll(/\u00a0|&nbsp;/g, ' ');
    expect(plain).toContain('ℓᵢ = κ Σ aₕ sₕᵢ + b + βx − ln N<');
    expect(plain).not.toContain(translate(lang, 'maths.doubt.what'));
  },
);

test.each(['en', 'ko'] as const)(
  'where less of x counts than the query has, the sum says so, and only there, in %s',
  async (lang) => {
    const steps = async (q: string) => {
      const html = await page(`/tour?q=${encodeURIComponent(q)}&lang=${lang}`);
      return [step(html, 3), step(html, 4)].map((part) => part.replaceAll(/\u00a0|&nbsp;/g, ' '));
    };
    const { capped } = TOUR[lang].labels;
    const [three = '', four = ''] = await steps('query key value attention softmax');
    const x = / x = ([\d.]+)/.exec(` ${three.replace(/<[^>]*>/g, ' ')}`)?.[1] ?? '';
    expect(Number(x)).toBeGreaterThan(0.4);
    expect(four).toContain(capped.replace('{x}', '0.4').replace('{explained}', x));
    expect(/ × (0\.4\d*) − ln 170/.exec(four)?.[1]).toBe('0.4');
    const [, less = ''] = await steps('softmax');
    expect(less).not.toContain(capped.split('{explained}')[1]);
  },
);

test('small weights of the other documents are not printed as none', async () => {
  const four = step(await page(`/tour?q=${encodeURIComponent('취침 시간')}&lang=en`), 4);
  const row = /all others<[\s\S]*?<\/tr>/.exec(four)?.[0] ?? '';
  expect(Array.from(row.matchAll(/<span>([^<]*)<\/span>/g), ([, share]) => share)[0]).toBe('&lt;0.1%');
});

test('a value is defined as what is blended: the passage nearest to the query, and 0 for the null key', async () => {
  const formula = (lang: string, html: string) =>
    (/<p class="formula"[^>]*>([\s\S]*?)<\/p>/.exec(step(html, 5))?.[1] ?? lang).replace(/<[^>]*>/g, '|');
  expect(formula('en', await page('/tour?lang=en')).replaceAll('|', '')).toBe(
    'o = Σᵢ wᵢ vᵢvᵢ = E(nearest passageᵢ)v(nothing here) = 0',
  );
  expect(formula('ko', await page('/tour?lang=ko')).replaceAll('|', '')).toBe(
    'o = Σᵢ wᵢ vᵢvᵢ = E(가장 가까운 구절ᵢ)v(해당 없음) = 0',
  );
});

test.each(['en', 'ko'] as const)(
  'a query that tells no notes apart has no arbitrary keys, sums or links, in %s',
  async (lang) => {
    for (const q of ['qwxz', 'the of']) {
      const html = await page(`/tour?q=${encodeURIComponent(q)}&lang=${lang}`);
      for (const number of [2, 3, 4, 5]) {
        const live = step(html, number).split('class="live"')[1] ?? '';
        expect(live).toContain(TOUR[lang].labels.alike);
        expect(live).not.toMatch(/<a |<table|class="terms"/);
      }
      expect(step(html, 1)).not.toContain(TOUR[lang].labels.alike);
      expect(step(html, 6)).toContain(translate(lang, 'verdict.none'));
    }
  },
);

test('the numbers are those of the engine', async () => {
  const q = 'how does a hash table find a key';
  const html = await page(`/tour?q=${encodeURIComponent(q)}`);
  for (const temperature of [0.25, 1, 4]) {
    const { results } = engine.search(q, { limit: 5, temperature });
    for (const { weight } of results)
      expect(step(html, 4)).toContain(percent(weight).replace('<', '&lt;').replace('>', '&gt;'));
  }
  const { results, answer, query, attention } = engine.search(q);
  for (const { logit } of results.slice(0, 5)) expect(step(html, 4)).toContain(`>${decimal(logit)}</td>`);
  const nearest = results.slice(0, 5).toSorted((a, b) => (b.scores.title ?? 0) - (a.scores.title ?? 0))[0];
  const three = step(html, 3);
  expect(three).toContain(`#maths-d${nearest?.id}"`);
  expect(three).toContain(`<bdi>${nearest?.title}</bdi>`);
  const [x = 0, cosine = 0, overlap = 0] = ['x', 'cos', 'L'].map((name) =>
    Number(new RegExp(`[ >]${name} = ([\\d.]*\\d)`).exec(three)?.[1]),
  );
  expect(x).toBeCloseTo(query.explained, 4);
  expect(x * cosine + (1 - x) * overlap ** 3).toBeCloseTo(nearest?.scores.title ?? 0, 3);
  const parts = Array.from(three.matchAll(/class="number">(−?[\d.]+)/g), ([, part = '']) => part);
  const sum = parts.reduce((all, part) => all + Number(part.replace('−', '-')), 0);
  expect(sum.toFixed(4)).toBe((nearest?.scores.title ?? 0).toFixed(4));
  // From the scores of that title to its logit, and on to its weight, as with pencil and paper.
  const number = (text = '') => Number(text.replace('−', '-').replaceAll(',', ''));
  const four = step(html, 4).replaceAll(/\u00a0|&nbsp;/g, ' ');
  const said = (pattern: RegExp) => (pattern.exec(four) ?? []).slice(1);
  const productsOf = (text = '') =>
    Array.from(text.matchAll(/(−?[\d.]+) × (−?[\d.]+)/g), ([, a, b]) => [number(a), number(b)] as const);
  const [heads, spoken] = said(/Σ a · s = ([^<=]*) = (−?[\d.]+)</);
  expect(productsOf(heads)[0]?.[0]).toBeCloseTo(nearest?.scores.title ?? 0, 4);
  expect(productsOf(heads)).toHaveLength(4);
  expect(productsOf(heads).reduce((all, [a, b]) => all + a * b, 0)).toBeCloseTo(number(spoken), 3);
  const [terms, logit] = said(/− ln N = ([^<=]*) = (−?[\d.]+)</);
  const [[sharpness, same] = [0, 0], [beta, x4] = [0, 0]] = productsOf(terms);
  expect(same).toBe(number(spoken));
  const b = number(/ − ([\d.]+)/.exec(terms ?? '')?.[1]);
  const documents = number(/ln ([\d,]+)/.exec(terms ?? '')?.[1]);
  expect(sharpness * same - b + beta * x4 - Math.log(documents)).toBeCloseTo(number(logit), 3);
  expect(number(logit)).toBeCloseTo(nearest?.logit ?? 0, 4);
  const [, exp, all, weight] = /= ([\d.,]+) ÷ ([\d.,]+) = ([\d.]+)% \(T = 1\)/.exec(four) ?? [];
  expect(number(exp) / Math.exp(number(logit))).toBeCloseTo(1, 3);
  expect(number(all) * attention.nothing.weight).toBeCloseTo(1, 3);
  expect(Math.abs((100 * number(exp)) / number(all) - number(weight))).toBeLessThan(0.06);
  for (const { weight, document } of answer.sentences) {
    const whole = results.find(({ id }) => id === document)?.weight ?? 0;
    expect(step(html, 5)).toContain(
      `${percent(whole, 2)} × ${percent(weight / whole, 2)} = ${percent(weight)}<`,
    );
  }
  expect(step(html, 7)).toContain('Here dot products are divided by dₖ · T = 64 × 0.25 = 16.');
});

test('the items of a list, which are quoted with what announces them, are left out where their share prints as nothing', async () => {
  const listed = Engine.open();
  const steps = ['Set all distances.', 'Visit the start.', 'Update what is near.', 'Choose the nearest.'];
  await listed.index([
    {
      ...{ uri: 'd', title: 'Dijkstra', format: 'markdown' as const },
      content: `For maps and mazes.\n\nThe steps of the algorithm for shortest paths are as follows:\n\n${steps.map((one, i) => `${i + 1}. ${one}`).join('\n')}`,
    },
    textDocument('Mazes', 'An algorithm follows steps to find the shortest paths of mazes.', 'mazes'),
    textDocument('Maps', 'An algorithm follows steps to find the shortest paths on maps.', 'maps'),
    ...Array.from({ length: 30 }, (_, i) =>
      textDocument(`Bread ${i}`, `Dough number ${i} needs salt and water.`, `${i}`),
    ),
  ]);
  const q = 'what steps does the algorithm for shortest paths follow';
  const { sentences } = listed.search(q).answer;
  expect(sentences.map(({ text }) => text)).toEqual(expect.arrayContaining(steps));
  expect(sentences.filter(({ weight }) => percent(weight) === '<0.1%').length).toBeGreaterThan(1);
  const other = await serve(listed);
  const five = step(await page(`/tour?q=${encodeURIComponent(q)}`, other), 5);
  expect(five).toContain('The steps of the algorithm for shortest paths are as follows:');
  expect(five).not.toContain('&lt;0.1%');
  await other.close();
  listed.close();
});

test('an empty index has a message of its own, and a hostile query is shown as text', async () => {
  const empty = Engine.open();
  const other = await serve(empty);
  expect(await page('/tour', other)).toContain(TOUR.en.labels.empty);
  await other.close();
  empty.close();
  const html = await page(`/tour?q=${encodeURIComponent('"><script>alert(1)</script>')}`);
  expect(html).not.toContain('<script>alert');
});

test('the tour is in the navigation', async () => {
  expect(await page('/')).toContain('href="/tour"');
});

test.each([
  ['the tour', '/tour?q='],
  ['the results', '/?q='],
])('a word that has a pair of Hangul in common with the query is framed as added: %s', async (_, path) => {
  const notes = Engine.open();
  await notes.index([
    textDocument('정렬 알고리즘', '퀵 정렬 알고리즘. 알고있기 쉽다.'),
    textDocument('탐색 알고리즘', '이진 탐색 알고리즘. 알고있기 쉽다.'),
    textDocument('김치 담그기', '배추를 절이고 양념을 버무린다.'),
    textDocument('화산', '용암이 흐른다.'),
  ]);
  const from = await serve(notes);
  const html = withoutLanguages(await page(`${path}${encodeURIComponent('알고리즘')}&lang=ko`, from));
  const framed = (word: string) => new RegExp(`<li class="(\\w*)"><span>${word}<`).exec(html)?.[1];
  expect(framed('알고있')).toBe('added');
  expect(framed('알고리즘')).toBe('');
  await from.close();
  notes.close();
});

test.each(['vinegar', 'yeast and salt'])(
  'the title whose arithmetic is shown is the strongest, not the most similar one: %s',
  async (q) => {
    const { results } = engine.search(q, { limit: 5 });
    const [strongest] = results;
    const [nearest] = results.toSorted((a, b) => (b.scores.title ?? 0) - (a.scores.title ?? 0));
    expect(strongest?.id).not.toBe(nearest?.id);
    const html = await page(`/tour?q=${encodeURIComponent(q)}&lang=en`);
    expect(step(html, 3)).toContain(`<span class="key"><bdi>${strongest?.title}</bdi>`);
    expect(step(html, 3)).toContain(`#maths-d${strongest?.id}"`);
    expect(step(html, 4)).toContain(`<bdi class="k">${strongest?.title}</bdi>`);
  },
);
