/** Spreadsheets run cells that begin so as formulas (OWASP: CSV injection). */
const FORMULA = /^[=+\-@\t\r\n]/;
/** Marks UTF-8 for Excel, which otherwise garbles accents. */
const BYTE_ORDER_MARK = '\uFEFF';

function cell(value: string | number): string {
  if (typeof value === 'number') return String(value);
  const text = FORMULA.test(value) ? `'${value}` : value;
  return /[";\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/**
 * A table as Excel in Catalan or Spanish opens it by itself: UTF-8 with its mark, semicolons, RFC 4180 quotes and line
 * ends. No text in it can become a formula.
 */
export function csv(rows: (string | number)[][]): string {
  return BYTE_ORDER_MARK + rows.map((row) => `${row.map(cell).join(';')}\r\n`).join('');
}
