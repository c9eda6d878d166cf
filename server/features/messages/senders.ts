import { isoDay } from '../../kernel/dates.ts';
import type { Deps } from '../../models/deps.ts';
import { Office } from '../../models/Office.ts';
import { SmsSender } from '../../models/SmsSender.ts';
import { senderProblem, type Sender, type SenderProblem } from './sender-rules.ts';

/** Who the texts of an office come from today. */
export interface OfficeSender extends Sender {
  /** Why its texts are not handed over, or null. */
  problem: SenderProblem | null;
}

/** The sender of offices that have none of their own. */
export function settingsSender(deps: Pick<Deps, 'settings'>): Sender {
  const { settings } = deps;
  return {
    address: settings.SMPP_SOURCE_ADDRESS,
    provider: settings.SMPP_SOURCE_PROVIDER ?? null,
    registeredUntil: settings.SMPP_SOURCE_REGISTERED_UNTIL ?? null,
  };
}

/**
 * Who the texts of these offices come from, as of now in each office's own time zone: its own sender, or that of the
 * settings. Two queries however many offices; offices that do not exist are left out.
 */
export async function senderOf(deps: Deps, officeIds: number[]): Promise<Map<number, OfficeSender>> {
  const ids = [...new Set(officeIds)];
  if (ids.length === 0) return new Map();
  const [offices, rows] = await Promise.all([
    Office.findAll({ attributes: ['id', 'timeZone'], where: { id: ids } }),
    SmsSender.findAll({ where: { officeId: ids } }),
  ]);
  const own = new Map(rows.map((row) => [row.officeId, row]));
  const otherwise = settingsSender(deps);
  return new Map(
    offices.map(({ id, timeZone }) => {
      const { address, provider, registeredUntil } = own.get(id) ?? otherwise;
      const sender = { address, provider, registeredUntil };
      return [id, { ...sender, problem: senderProblem(sender, isoDay(deps.clock.now(), timeZone)) }];
    }),
  );
}
