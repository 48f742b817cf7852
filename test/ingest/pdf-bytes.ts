/** A PDF made for a test: lines of text in Helvetica, one array per page. */
export interface PdfParts {
  readonly pages: readonly (readonly string[])[];
  readonly title?: string;
  readonly created?: string;
  /** Adds an encryption dictionary that no password fits. */
  readonly encrypted?: boolean;
}

/** Lines are 14 units apart; '' is a blank line. */
export function pdfBytes({ pages, title, created, encrypted = false }: PdfParts): Uint8Array {
  const kids = pages.map((_, i) => `${4 + 2 * i} 0 R`);
  const objects = [
    '<< /Type /Catalog /Pages 2 0 R >>',
    `<< /Type /Pages /Kids [${kids.join(' ')}] /Count ${pages.length} >>`,
    '<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>',
  ];
  for (const [i, lines] of pages.entries()) {
    const shown = lines.map((line) => (line === '' ? 'T*' : `(${line.replace(/[()\\]/g, '\\$&')}) Tj T*`));
    const stream = `BT /F1 12 Tf 14 TL 72 720 Td ${shown.join(' ')} ET`;
    objects.push(
      `<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents ${5 + 2 * i} 0 R /Resources << /Font << /F1 3 0 R >> >> >>`,
      `<< /Length ${stream.length} >>\nstream\n${stream}\nendstream`,
    );
  }
  const info = [title === undefined ? '' : `/Title (${title})`, created ? `/CreationDate (${created})` : ''];
  objects.push(`<< ${info.join(' ')} >>`);
  const key = '41'.repeat(32);
  const encrypt = encrypted
    ? `/Encrypt << /Filter /Standard /V 1 /R 2 /O <${key}> /U <${key}> /P -4 >> /ID [<00> <00>]`
    : '';
  return new TextEncoder().encode(assemble(objects, encrypt));
}

function assemble(objects: readonly string[], trailer: string): string {
  let text = '%PDF-1.4\n';
  const offsets = objects.map((object, i) => {
    const offset = text.length;
    text += `${i + 1} 0 obj\n${object}\nendobj\n`;
    return `${String(offset).padStart(10, '0')} 00000 n \n`;
  });
  const size = objects.length + 1;
  return `${text}xref\n0 ${size}\n0000000000 65535 f \n${offsets.join('')}trailer\n<< /Size ${size} /Root 1 0 R /Info ${objects.length} 0 R ${trailer} >>\nstartxref\n${text.length}\n%%EOF\n`;
}
