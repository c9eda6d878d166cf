import { join } from 'node:path';
import { createMailCarrier } from './adapters/mail/carrier.ts';
import { renderCalendar } from './adapters/ics/calendar.ts';
import { createVideoRooms } from './adapters/jitsi/rooms.ts';
import { createSmsCarrier } from './adapters/sms-smpp/carrier.ts';
import { createTemplates } from './adapters/templates/index.ts';
import { mailDkim, mailServer } from './config/mail.ts';
import type { Settings } from './config/settings.ts';
import { smppLinks } from './config/smpp.ts';
import { systemClock, type Clock } from './kernel/clock.ts';
import { createLogger, type Logger } from './kernel/log.ts';
import { ROOT } from './kernel/paths.ts';
import { createVault } from './kernel/vault.ts';
import { createChangeFeed } from './models/change-feed.ts';
import { connect } from './models/connect.ts';
import type { Deps } from './models/deps.ts';

/** What tests may bring instead of the real world. */
export interface Overrides {
  clock?: Clock;
  log?: Logger;
}

function mailOf(settings: Settings, clock: Clock, logger: Logger) {
  return createMailCarrier({
    server: { ...mailServer(settings), ownName: new URL(settings.PUBLIC_URL).hostname },
    sender: {
      from: { name: settings.DEPARTMENT_NAME, address: settings.MAIL_FROM },
      replyTo: settings.MAIL_REPLY_TO,
      dkim: mailDkim(settings),
    },
    connections: settings.SMTP_CONNECTIONS,
    clock,
    logger,
  });
}

/**
 * Builds everything once and hands it down. Opens the database pool lazily and starts nothing: `main` decides
 * when the gateway is called and when jobs run. `onMessagesDue` sets who is woken when messages were written.
 */
export function createDeps(
  settings: Settings,
  overrides: Overrides = {},
): { deps: Deps; onMessagesDue: (wake: () => void) => void } {
  const clock = overrides.clock ?? systemClock;
  const log = overrides.log ?? createLogger(settings.LOG_LEVEL);
  let wake = (): void => undefined;
  const deps: Deps = {
    settings,
    clock,
    log,
    vault: createVault(settings.APP_KEY),
    sequelize: connect(settings),
    changes: createChangeFeed(log),
    sms: createSmsCarrier({ links: smppLinks(settings), logger: log.child({ part: 'smpp' }), clock }),
    mailer: mailOf(settings, clock, log.child({ part: 'smtp' })),
    video: createVideoRooms({
      controlUrl: settings.VIDEO_CONTROL_URL,
      controlSecret: settings.VIDEO_CONTROL_SECRET,
      appId: settings.JITSI_APP_ID,
      appSecret: settings.JITSI_APP_SECRET,
      audience: settings.JITSI_AUDIENCE,
      domain: settings.JITSI_DOMAIN,
      clock,
    }),
    templates: createTemplates({
      root: join(ROOT, 'views'),
      cache: settings.NODE_ENV !== 'development',
      ...(settings.NODE_ENV === 'production'
        ? { onMissingKey: (key: string, locale: string) => log.error({ key, locale }, 'text is missing') }
        : {}),
    }),
    renderCalendar,
    messagesDue: () => wake(),
  };
  return {
    deps,
    onMessagesDue: (listener) => {
      wake = listener;
    },
  };
}
