import type { DemoSecrets } from './secrets.ts';

/** What the server is told about its surroundings. Ports are those of 127.0.0.1. */
export interface Surroundings {
  port: number;
  databaseSocket: string;
  /** Folder with the video library. */
  libraries: string;
  videoPort: number;
  /** File with the links to the SMS gateways. */
  smppLinks: string;
  smtpPort: number;
  secrets: DemoSecrets;
}

export const DATABASE_NAME = 'videoatencio';
export const SMPP_SYSTEM_ID = 'videoatencio';
export const JITSI_DOMAIN = 'meet.jitsi';
export const JITSI_APP_ID = 'videoatencio';
export const JITSI_AUDIENCE = 'videoatencio';

/** Where people find the application. Browsers allow cameras on `localhost` without TLS. */
export function publicUrl(port: number): string {
  return `http://localhost:${port}`;
}

/** Of our own environment only what programs need to run at all: settings meant for others must not leak in. */
const INHERITED = ['PATH', 'HOME', 'LANG', 'LC_ALL', 'TMPDIR', 'NODE_V8_COVERAGE', 'VIDEOATENCIO_TEST_RUN'];

/** The server's whole environment. Secrets travel as files. */
export function serverEnvironment(around: Surroundings): NodeJS.ProcessEnv {
  const inherited = INHERITED.flatMap((name) => {
    const value = process.env[name];
    return value === undefined ? [] : [[name, value]];
  });
  return { ...Object.fromEntries(inherited), ...settings(around) };
}

const YEAR_MS = 365 * 24 * 3600 * 1000;
const inAYear = () => new Date(Date.now() + YEAR_MS).toISOString().slice(0, 10);

function settings({
  port,
  databaseSocket,
  libraries,
  videoPort,
  smppLinks,
  smtpPort,
  secrets,
}: Surroundings) {
  const video = `http://127.0.0.1:${videoPort}`;
  return {
    NODE_ENV: 'production',
    LOG_LEVEL: 'info',
    PUBLIC_URL: publicUrl(port),
    HOST: '127.0.0.1',
    PORT: String(port),
    DEPARTMENT_NAME: 'Departament d’Exemple',
    DATABASE_URL: `mariadb://root@localhost/${DATABASE_NAME}`,
    DATABASE_SOCKET: databaseSocket,
    APP_KEY_FILE: secrets.appKey.file,
    JITSI_DOMAIN,
    JITSI_APP_ID,
    JITSI_AUDIENCE,
    JITSI_APP_SECRET_FILE: secrets.jitsi.file,
    JITSI_LIBRARIES: libraries,
    XMPP_WEBSOCKET_UPSTREAM: `${video}/xmpp-websocket`,
    VIDEO_PROFILE: 'embedded',
    VIDEO_CONTROL_URL: `${video}/videoatencio`,
    VIDEO_CONTROL_SECRET_FILE: secrets.control.file,
    SMPP_LINKS_FILE: smppLinks,
    SMPP_SOURCE_ADDRESS: 'OACExemple',
    // An invented sender is in nobody's register: for the demo it always has another year.
    SMPP_SOURCE_REGISTERED_UNTIL: inAYear(),
    SMTP_URL: `smtp://127.0.0.1:${smtpPort}`,
    SMTP_TLS: 'none',
    MAIL_FROM: 'oac@departament.example',
  };
}
