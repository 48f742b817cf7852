const DATA = /^#{1,2} (?:Excalidraw Data|Text Elements|Drawing)[ \t]*$/m;
const HEADINGS = /^#{1,2} (?:Excalidraw Data|Text Elements)[ \t]*$/gm;
const END = /^(?:%%|#{1,2} (?:Element Links|Embedded Files|Drawing))[ \t]*$/m;

/**
 * The text of an Excalidraw drawing that is kept as Markdown: what the author wrote around it, and the texts in it
 * without their block ids. The hint on how to view it and the drawing's data are left out.
 */
export function drawingText(body: string): string {
  const data = DATA.exec(body)?.index ?? body.length;
  const around = body
    .slice(0, data)
    .replace(/^==⚠.*EXCALIDRAW VIEW.*$/gm, '')
    .replace(/%%\s*$/, '');
  const [texts = ''] = body.slice(data).replace(HEADINGS, '').split(END, 1);
  return `${around}\n\n${texts.replace(/ ?\^[\w-]{8}[ \t]*$/gm, '')}`;
}
