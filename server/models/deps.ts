import type { Sequelize } from 'sequelize';
import type { Settings } from '../config/settings.ts';
import type { MailCarrier, SmsCarrier } from '../kernel/carriers.ts';
import type { Clock } from '../kernel/clock.ts';
import type { Logger } from '../kernel/log.ts';
import type { CalendarEvent, Templates, VideoRooms } from '../kernel/ports.ts';
import type { Vault } from '../kernel/vault.ts';
import type { ChangeFeed } from './change-feed.ts';

/** All that features and jobs are handed; built once, by the composition root. */
export interface Deps {
  settings: Settings;
  clock: Clock;
  log: Logger;
  vault: Vault;
  sequelize: Sequelize;
  changes: ChangeFeed;
  sms: SmsCarrier;
  mailer: MailCarrier;
  video: VideoRooms;
  templates: Templates;
  renderCalendar: (event: CalendarEvent) => string;
  /** Called after a commit that wrote messages which are due: the next tick of the sender comes at once. */
  messagesDue: () => void;
}
