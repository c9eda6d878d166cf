import { startSimulators } from './index.ts';

/** Reads a port from the environment. */
function port(name: string, otherwise: number): number {
  return Number(process.env[name] ?? otherwise);
}

const { SMPP_SYSTEM_ID: systemId, SMPP_PASSWORD: password } = process.env;
const simulators = await startSimulators({
  smscPort: port('SMSC_PORT', 2775),
  smtpPort: port('SMTP_PORT', 2525),
  viewerPort: port('VIEWER_PORT', 8081),
  appUrl: process.env['PUBLIC_URL'] ?? 'http://localhost:8080',
  ...(systemId !== undefined && password !== undefined ? { credentials: { systemId, password } } : {}),
  ...(process.env['SIMULATORS_DIRECTORY'] ? { directory: process.env['SIMULATORS_DIRECTORY'] } : {}),
});
console.log(`SMS gateway 127.0.0.1:${simulators.smsc.port}, mail server 127.0.0.1:${simulators.smtp.port}`);
console.log(`Phone and inbox: ${simulators.viewer.url}`);

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => void simulators.stop().then(() => process.exit(0)));
}
