/**
 * Text as it is stored: without control characters, lone surrogates (SQLite would change them), invisible
 * characters and trailing white space, and with at most one blank line in a row.
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

/** A title, tag or name: one line, single spaces, no invisible characters. */
export function cleanLine(text: string): string {
  return stripInvisible(text).replace(/\s+/g, ' ').trim();
}

/**
 * Any text as one line that is safe on a terminal: control characters would act there, and marks of writing
 * direction would reverse what follows.
 */
export function terminalLine(text: string): string {
  return text.replace(/\s+/g, ' ').replace(/[\p{Cc}\p{Bidi_Control}]/gu, '');
}

function stripInvisible(text: string): string {
  return (
    text
      .replace(/\r\n?/g, '\n')
      // Removes controls except tab and line feed, zero-width space, byte order mark and soft hyphen. Zero-width
      // joiners stay, because emoji and several scripts need them.
      // biome-ignore lint/suspicious/noControlCharactersInRegex: these are the characters to remove
      .replace(/[\u0000-\u0008\u000b-\u001f\u007f\u200b\ufeff\u00ad]/g, '')
      .replace(/\p{Surrogate}/gu, '\ufffd')
      .normalize('NFC')
  );
}

/** Builds text from pieces and breaks. A break is written only when text follows it. */
export class TextBuilder {
  readonly #parts: string[] = [];
  #newlines = 0;
  #prefix = '';
  #glued = false;
  #endsInSpace = true;

  get isEmpty(): boolean {
    return this.#parts.length === 0;
  }

  /** At least a line break before the next text. */
  breakLine(): void {
    this.#newlines = Math.max(this.#newlines, 1);
    this.#endsInSpace = true;
  }

  /** A blank line before the next text, but only a line break after a heading. */
  breakParagraph(): void {
    this.#newlines = this.#glued ? 1 : 2;
    this.#endsInSpace = true;
  }

  /** After a heading: keeps the next text in its paragraph, so that passages do not separate them. */
  glue(): void {
    this.breakLine();
    this.#newlines = 1;
    this.#glued = true;
  }

  /** Puts a bullet or cell border before the next text. It is dropped if another prefix comes first. */
  prefix(text: string): void {
    this.#prefix = text;
  }

  /** Adds text unchanged. */
  append(text: string): void {
    if (text === '') return;
    if (this.#newlines > 0 && this.#parts.length > 0) this.#parts.push('\n'.repeat(this.#newlines));
    this.#newlines = 0;
    this.#parts.push(this.#prefix, text);
    this.#prefix = '';
    this.#glued = false;
    this.#endsInSpace = /\s/.test(text.at(-1) ?? '');
  }

  /** Adds running text: white space collapses, also across calls. */
  flow(text: string): void {
    const collapsed = text.replace(/\s+/g, ' ');
    this.append(this.#endsInSpace ? collapsed.trimStart() : collapsed);
  }

  toString(): string {
    return cleanText(this.#parts.join(''));
  }
}
