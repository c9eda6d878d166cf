import { QueryTypes, type Sequelize } from 'sequelize';
import type { Clock } from '../kernel/clock.ts';
import { addSeconds } from '../kernel/clock.ts';
import { AppError } from '../kernel/errors.ts';
import { sha256 } from '../kernel/ids.ts';
import { RateLimit } from '../models/RateLimit.ts';

export interface Limit {
  /** Name of the rule. */
  rule: string;
  /** How often within the window. */
  max: number;
  windowSeconds: number;
}

const COUNT = `INSERT INTO rate_limits (subject, hits, resets_at) VALUES (:subject, 1, :resetsAt)
  ON DUPLICATE KEY UPDATE hits = IF(resets_at <= :now, 1, hits + 1),
    resets_at = IF(resets_at <= :now, :resetsAt, resets_at)`;

const subjectOf = (limit: Limit, subject: string) => sha256(`${limit.rule}:${subject}`);

/**
 * Counts one try of `subject` (an address, an account) against the rule, in one atomic statement shared by all
 * replicas. Throws AppError `tooMany` (429, `params.minutes` to wait) once the rule is used up.
 */
export async function countTry(
  sequelize: Sequelize,
  clock: Clock,
  limit: Limit,
  subject: string,
): Promise<void> {
  const now = clock.now();
  const replacements = {
    subject: subjectOf(limit, subject),
    now,
    resetsAt: addSeconds(now, limit.windowSeconds),
  };
  await sequelize.query(COUNT, { type: QueryTypes.INSERT, replacements });
  const row = await RateLimit.findByPk(replacements.subject);
  if (!row || row.hits <= limit.max) return;
  const minutes = Math.max(1, Math.ceil((row.resetsAt.getTime() - now.getTime()) / 60_000));
  throw new AppError('tooMany', 429, { params: { minutes, count: minutes }, detail: limit.rule });
}

/** Forgets the tries of `subject`, for example after a successful sign-in. */
export async function forgiveTries(limit: Limit, subject: string): Promise<void> {
  await RateLimit.destroy({ where: { subject: subjectOf(limit, subject) } });
}
