import { randomBytes } from 'node:crypto';
import { testSocket } from './database.ts';

/** Where the peers of a test listen, all on 127.0.0.1. */
export interface Peers {
  databaseUrl: string;
  port: number;
  smscPort: number;
  smtpPort: number;
  videoPort: number;
  librariesDirectory?: string;
}

export const VIDEO_SECRETS = {
  appId: 'videoatencio',
  audience: 'videoatencio',
  domain: 'meet.jitsi',
  appSecret: randomBytes(24).toString('hex'),
  controlSecret: randomBytes(24).toString('hex'),
};

/** The server's environment in a test, as an operator would write it. */
export function testEnvironment(peers: Peers): Record<string, string> {
  const video = `http://127.0.0.1:${peers.videoPort}`;
  return {
    NODE_ENV: 'test',
    LOG_LEVEL: process.env.TEST_LOG_LEVEL ?? 'silent',
    PUBLIC_URL: `http://localhost:${peers.port}`,
    PORT: String(peers.port),
    STAFF_IDLE_MINUTES: '60',
    DEPARTMENT_NAME: 'Departament de Prova',
    DATABASE_URL: peers.databaseUrl,
    DATABASE_SOCKET: testSocket(),
    DATABASE_POOL: '20',
    APP_KEY: randomBytes(32).toString('hex'),
    JITSI_DOMAIN: VIDEO_SECRETS.domain,
    JITSI_APP_ID: VIDEO_SECRETS.appId,
    JITSI_AUDIENCE: VIDEO_SECRETS.audience,
    JITSI_APP_SECRET: VIDEO_SECRETS.appSecret,
    XMPP_WEBSOCKET_UPSTREAM: `${video}/xmpp-websocket`,
    VIDEO_CONTROL_URL: `${video}/videoatencio`,
    VIDEO_CONTROL_SECRET: VIDEO_SECRETS.controlSecret,
    VIDEO_PROFILE: 'embedded',
    SMPP_HOST: '127.0.0.1',
    SMPP_PORT: String(peers.smscPort),
    SMPP_SYSTEM_ID: 'test',
    SMPP_PASSWORD: 'test',
    SMPP_SOURCE_ADDRESS: 'OACProva',
    SMPP_SOURCE_REGISTERED_UNTIL: '2099-12-31',
    SMTP_URL: `smtp://127.0.0.1:${peers.smtpPort}`,
    SMTP_TLS: 'none',
    MAIL_FROM: 'oac@prova.example',
    ...(peers.librariesDirectory ? { JITSI_LIBRARIES: peers.librariesDirectory } : {}),
  };
}
