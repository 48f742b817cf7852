import { DomUtils, parseDocument } from 'htmlparser2';

type Element = Exclude<ReturnType<typeof DomUtils.findOne>, null>;

/** A page as a browser without scripts sees it. */
export interface Page {
  readonly language: string;
  /** Texts of the elements that have an attribute (with this value, if given), in document order. */
  texts(attribute: string, value?: string): string[];
  /** Values of an attribute (of elements with this tag, if given), in document order. */
  values(attribute: string, tag?: string): string[];
  /** Targets of links within this server, without fragments, each once. */
  readonly links: readonly string[];
  /** URLs that the forms lead to when submitted unchanged. */
  readonly forms: readonly string[];
  /** What the Content Security Policy forbids: inline scripts, styles and event handlers. */
  readonly inline: readonly string[];
}

export function readPage(html: string): Page {
  const root = parseDocument(html);
  const all = DomUtils.findAll(() => true, root.children);
  const named = (name: string) => all.filter((element) => element.name === name);
  return {
    language: named('html')[0]?.attribs.lang ?? '',
    texts: (attribute, value) =>
      all
        .filter(({ attribs }) =>
          value === undefined ? Object.hasOwn(attribs, attribute) : attribs[attribute] === value,
        )
        .map((element) => DomUtils.textContent(element).replace(/\s+/g, ' ').trim()),
    values: (attribute, tag) =>
      (tag === undefined ? all : named(tag)).flatMap(({ attribs }) => attribs[attribute] ?? []),
    links: [
      ...new Set(
        [...named('a'), ...named('link')]
          .map(({ attribs }) => (attribs.href ?? '').replace(/#.*$/, ''))
          .filter((href) => href.startsWith('/')),
      ),
    ],
    forms: named('form').filter(isSent).map(addressOf),
    inline: all.flatMap((element) => [
      ...Object.keys(element.attribs)
        .filter((name) => name === 'style' || name.startsWith('on'))
        .map((name) => `<${element.name} ${name}>`),
      ...(element.name === 'style' || (element.name === 'script' && !element.attribs.src)
        ? [`<${element.name}>`]
        : []),
    ]),
  };
}

/** A form in a dialog only closes it. */
function isSent({ attribs }: Element): boolean {
  return attribs.method !== 'dialog';
}

/** The URL of a submitted form: every named field, except unchecked boxes. */
function addressOf(form: Element): string {
  const fields = DomUtils.findAll(
    ({ name, attribs }) => (name === 'input' || name === 'textarea') && attribs.name !== undefined,
    form.children,
  ).filter(({ attribs }) => attribs.type !== 'checkbox' || Object.hasOwn(attribs, 'checked'));
  const parameters = new URLSearchParams(
    fields.map((field): [string, string] => [
      field.attribs.name ?? '',
      field.name === 'textarea' ? DomUtils.textContent(field) : (field.attribs.value ?? ''),
    ]),
  );
  return `${form.attribs.action ?? ''}?${parameters}`;
}

/** HTML without the lang attributes of its texts, for tests of what is around them; browser/aloud.ts has those. */
export function withoutLanguages(html: string): string {
  return html.replaceAll(/ lang="\w+"/g, '');
}
