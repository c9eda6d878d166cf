import { writeFileSync } from 'node:fs';

/** Two gateways of the demo: texts go through the first, and through the second while the first is away. */
export interface DemoGateways {
  systemId: string;
  password: string;
  /** Ports on 127.0.0.1. */
  main: number;
  reserve: number;
}

/**
 * Writes the value of `SMPP_LINKS` to a file that only its owner may read, as it holds a password. The second link binds
 * as a pair, so that both ways of binding are in use.
 */
export function writeSmppLinks(file: string, { systemId, password, main, reserve }: DemoGateways): string {
  const common = { host: '127.0.0.1', systemId, password };
  const links = [
    { name: 'principal', ...common, port: main, priority: 0 },
    { name: 'reserva', ...common, port: reserve, priority: 1, bind: 'pair' },
  ];
  writeFileSync(file, `${JSON.stringify(links, null, 2)}\n`, { mode: 0o600 });
  return file;
}
