import type { Deps } from '../../models/deps.ts';
import { Office } from '../../models/Office.ts';
import { monthStart, shiftMonth, type Usage } from './cost-rules.ts';
import { select } from './sql.ts';

interface Row {
  officeId: number;
  month: number;
  texts: number;
  segments: number;
}

/** Texts and segments of one office, month by month in the order asked for. */
export interface OfficeUsage {
  office: Pick<Office, 'id' | 'name'>;
  months: Usage[];
}

/**
 * The offices of one zone: their months begin at the same instants, which number the months 0, 1, … Whoever reads the
 * index (accepted_at, …) finds all columns there and touches no row.
 */
function usageInZone(deps: Deps, zone: string, months: string[]): Promise<Row[]> {
  const last = months.at(-1) ?? '';
  const starts = [...months, shiftMonth(last, 1)].map((month) => monthStart(month, zone));
  const seconds = starts.map((_, index) => `TO_SECONDS(:start${index})`).slice(1, -1);
  const month = seconds.length > 0 ? `INTERVAL(TO_SECONDS(accepted_at), ${seconds.join(', ')})` : '0';
  return select<Row>(
    deps,
    `SELECT office_id AS officeId, ${month} AS month, COUNT(*) AS texts, SUM(COALESCE(segments, 1)) AS segments
      FROM outbox_messages WHERE accepted_at >= :first AND accepted_at < :end AND channel = 'sms'
      GROUP BY officeId, month`,
    {
      first: starts[0],
      end: starts.at(-1),
      ...Object.fromEntries(starts.map((start, index) => [`start${index}`, start])),
    },
    ['month', 'texts', 'segments'],
  );
}

/**
 * What the gateway took for each office in each of the months, by the calendar of the office's zone. Segments are what
 * operators bill. Numbers alone: nothing in it is about a citizen.
 */
export async function usageByOffice(deps: Deps, months: string[]): Promise<OfficeUsage[]> {
  const offices = await Office.findAll({ attributes: ['id', 'name', 'timeZone'], order: ['name', 'id'] });
  const zones = [...new Set(offices.map(({ timeZone }) => timeZone))];
  const found = new Map(
    await Promise.all(
      zones.map(async (zone) => [zone, await usageInZone(deps, zone, months)] as [string, Row[]]),
    ),
  );
  return offices.map(({ id, name, timeZone }) => {
    const own = (found.get(timeZone) ?? []).filter((row) => row.officeId === id);
    const usage = (index: number) => own.find((row) => row.month === index) ?? { texts: 0, segments: 0 };
    return {
      office: { id, name },
      months: months.map((_, index) => ({ texts: usage(index).texts, segments: usage(index).segments })),
    };
  });
}
