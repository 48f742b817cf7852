/**
 * Text as it is stored: no control characters, no lone surrogates (SQLite would change them),
 * no invisible marks, no white space at line ends, at most one blank line in a row.
 */
export function cleanText(text: string): string {
  const lines = stripInvisible(text).split('\n');
  const out: string[] = [];
  let blanks = 0;
  for (const line of lines) {
    // Not a regular expression: /[ \t]+$/ takes quadratic time on a long run of spaces.
    const trimmed = line.trimEnd();
    blanks = trimmed === '' ? blanks + 1 : 0;
    if (blanks <= 1) out.push(trimmed);
  }
  while (out[0] === '') out.shift();
  while (out.at(-1) === '') out.pop();
  return out.join('\n');
}

/** A title, tag or name: one line, single spaces, nothing invisible. */
export function cleanLine(text: string): string {
  return stripInvisible(text).replace(/\s+/g, ' ').trim();
}

/** A name or text of a note as one line on a terminal, where controls would act, and marks of direction turn what follows. */
export function terminalLine(text: string): string {
  return text.replace(/\s+/g, ' ').replace(/[\p{Cc}\p{Bidi_Control}]/gu, '');
}

function stripInvisible(text: string): string {
  return (
    text
      .replace(/\r\n?/g, '\n')
      // Controls except tab and line feed, zero-width space, byte order mark, soft hyphen. The
      // zero-width joiners stay: emoji and several scripts need them.
      // biome-ignore lint/suspicious/noControlCharactersInRegex: these are the characters to remove
      .replace(/[\u0000-\u0008\u000b-\u001f\u007f\u200b\ufeff\u00ad]/g, '')
      .replace(/\p{Surrogate}/gu, '\ufffd')
      .normalize('NFC')
  );
}

/** Pieces of text with the breaks between them: a break is written only once something follows it. */
export class TextBuilder {
  readonly #parts: string[] = [];
  #newlines = 0;
  #prefix = '';
  #glued = false;
  #endsInSpace = true;

  get isEmpty(): boolean {
    return this.#parts.length === 0;
  }

  /** At least a line break before what comes next. */
  breakLine(): void {
    this.#newlines = Math.max(this.#newlines, 1);
    this.#endsInSpace = true;
  }

  /** A blank line before what comes next, a line break after a heading. */
  breakParagraph(): void {
    this.#newlines = this.#glued ? 1 : 2;
    this.#endsInSpace = true;
  }

  /** After a heading: what follows stays in its paragraph, so that no passage cuts them apart. */
  glue(): void {
    this.breakLine();
    this.#newlines = 1;
    this.#glued = true;
  }

  /** Goes before the next text, if there is any before the next prefix: a bullet, a cell border. */
  prefix(text: string): void {
    this.#prefix = text;
  }

  /** Text as it is. */
  append(text: string): void {
    if (text === '') return;
    if (this.#newlines > 0 && this.#parts.length > 0) this.#parts.push('\n'.repeat(this.#newlines));
    this.#newlines = 0;
    this.#parts.push(this.#prefix, text);
    this.#prefix = '';
    this.#glued = false;
    this.#endsInSpace = /\s/.test(text.at(-1) ?? '');
  }

  /** Text of a running paragraph: white space collapses, also across calls. */
  flow(text: string): void {
    const collapsed = text.replace(/\s+/g, ' ');
    this.append(this.#endsInSpace ? collapsed.trimStart() : collapsed);
  }

  toString(): string {
    return cleanText(this.#parts.join(''));
  }
}
