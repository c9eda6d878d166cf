import { eurosOf, monthStart, sumOf, type Usage } from './cost-rules.ts';
import type { OfficeUsage } from './cost-queries.ts';
import type { CostRow, CostsPage } from './pages.ts';
import { countLabel, say, type Reader } from './present-words.ts';

const INTL = { ca: 'ca-ES', es: 'es-ES', en: 'en-GB' } as const;

/** `novembre de 2026`. */
export function monthLabel(reader: Reader, month: string): string {
  const options = { month: 'long', year: 'numeric', timeZone: 'utc' } as const;
  return new Intl.DateTimeFormat(INTL[reader.locale], options).format(monthStart(month, 'utc'));
}

/** `nov. 2026`. */
function shortMonthLabel(reader: Reader, month: string): string {
  const options = { month: 'short', year: 'numeric', timeZone: 'utc' } as const;
  return new Intl.DateTimeFormat(INTL[reader.locale], options)
    .format(monthStart(month, 'utc'))
    .replace(' del ', ' ')
    .replace(' de ', ' ');
}

const moneyLabel = (segments: number, price: number | undefined) =>
  price === undefined ? '' : `${eurosOf(segments, price)} €`;

function row(
  reader: Reader,
  office: string,
  months: string[],
  usages: Usage[],
  price: number | undefined,
): CostRow {
  const total = sumOf(usages);
  return {
    office,
    cells: usages.map(({ texts, segments }, index) => ({
      month: shortMonthLabel(reader, months[index] ?? ''),
      texts: countLabel(reader, texts),
      segments: countLabel(reader, segments),
      none: texts === 0,
    })),
    texts: countLabel(reader, total.texts),
    segments: countLabel(reader, total.segments),
    cost: moneyLabel(total.segments, price),
  };
}

const totalOfMonth = (usage: OfficeUsage[], index: number) =>
  sumOf(usage.flatMap(({ months }) => months[index] ?? []));

/** Texts and segments by office and month with their totals; amounts too where the price of a segment is known. */
export function presentCosts(
  reader: Reader,
  months: string[],
  usage: OfficeUsage[],
  price: number | undefined,
): Pick<CostsPage, 'heads' | 'rows' | 'total' | 'price' | 'empty' | 'csvHref'> {
  const totals = months.map((_, index) => totalOfMonth(usage, index));
  const total = row(reader, say(reader, 'cost.total'), months, totals, price);
  const query = new URLSearchParams({ from: months[0] ?? '', to: months.at(-1) ?? '' });
  return {
    heads: months.map((month) => ({ value: month, label: shortMonthLabel(reader, month) })),
    rows: usage.map(({ office, months: usages }) => row(reader, office.name, months, usages, price)),
    total,
    price:
      price === undefined
        ? null
        : say(reader, 'cost.price', { cents: new Intl.NumberFormat(reader.locale).format(price) }),
    empty: sumOf(totals).texts === 0,
    csvHref: `/administration/messages/costs.csv?${query.toString()}`,
  };
}

/** The same as rows of a file: one for each office and month in which texts left, as spreadsheets like it. */
export function costRows(
  reader: Reader,
  months: string[],
  usage: OfficeUsage[],
  price: number | undefined,
): (string | number)[][] {
  const head = ['office', 'month', 'texts', 'segments'].map((key) => say(reader, `cost.column.${key}`));
  const priced = price === undefined ? [] : [say(reader, 'cost.column.cost')];
  const rows = usage.flatMap(({ office, months: usages }) =>
    usages.flatMap(({ texts, segments }, index) => {
      if (texts === 0) return [];
      const cost = price === undefined ? [] : [eurosOf(segments, price)];
      return [[office.name, months[index] ?? '', texts, segments, ...cost]];
    }),
  );
  return [[...head, ...priced], ...rows];
}
