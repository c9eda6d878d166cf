import { startSimulators } from './index.ts';

/** Reads a port from the environment. */
function port(name: string, otherwise: number): number {
  return Number(process.env[name] ?? otherwise);
}

const { SMPP_SYSTEM_ID: systemId, SMPP_PASSWORD: password } = process.env;
const simulators = await startSimulators({
  smscPort: port('SMSC_PORT', 2775),
  ...(process.env['SMSC_SECOND_PORT'] ? { secondSmscPort: port('SMSC_SECOND_PORT', 0) } : {}),
  smtpPort: port('SMTP_PORT', 2525),
  viewerPort: port('VIEWER_PORT', 8081),
  appUrl: process.env['PUBLIC_URL'] ?? 'http://localhost:8080',
  ...(systemId !== undefined && password !== undefined ? { credentials: { systemId, password } } : {}),
  ...(process.env['SIMULATORS_DIRECTORY'] ? { directory: process.env['SIMULATORS_DIRECTORY'] } : {}),
});
for (const { name, port: own } of simulators.gateways) console.log(`SMS gateway ${name} 127.0.0.1:${own}`);
console.log(`Mail server 127.0.0.1:${simulators.smtp.port}`);
console.log(`Phone and inbox: ${simulators.viewer.url}`);

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => void simulators.stop().then(() => process.exit(0)));
}
