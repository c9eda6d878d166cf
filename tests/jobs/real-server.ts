import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { ExecutionContext } from 'ava';
import { freePort } from '../../appliance/embedded/ports.ts';
import { ROOT } from '../../server/kernel/paths.ts';
import { testEnvironment, VIDEO_SECRETS } from '../helpers/settings.ts';
import type { World } from '../helpers/world.ts';

/** A machine that runs all tests at once starts a process slowly. */
const PATIENCE_MS = 60_000;

/** The server as a process of its own. */
export interface RealServer {
  url: string;
  /** Resolves when a line of its log has this message. */
  logged(message: string): Promise<void>;
  /** Sends the signal and resolves, when the process is gone, with its exit code, or null after SIGKILL. */
  end(signal: 'SIGKILL' | 'SIGTERM'): Promise<number | null>;
}

/** The environment of a second process of the world's installation: same database, keys and peers. */
function environmentOf(world: World, port: number): Record<string, string> {
  const { settings, smsc, smtp } = world;
  return {
    ...testEnvironment({
      databaseUrl: settings.DATABASE_URL,
      port,
      smscPort: smsc.port,
      smtpPort: smtp.port,
      videoPort: Number(new URL(settings.VIDEO_CONTROL_URL).port),
    }),
    APP_KEY: settings.APP_KEY.toString('hex'),
    JITSI_APP_SECRET: VIDEO_SECRETS.appSecret,
    OUTBOX_LEASE_SECONDS: '2',
    OUTBOX_DOUBT_SECONDS: '1',
    LOG_LEVEL: 'info',
  };
}

/** Now is now, and this process has no link to the gateway any more: only the real server sends. */
export async function leaveToServer(world: World): Promise<void> {
  world.clock.set(new Date());
  await world.deps.sms.stop(1000);
}

/** Starts the server as an operator does, and waits until it listens; it ends with the test at the latest. */
export async function startServer(t: ExecutionContext, world: World): Promise<RealServer> {
  const port = await freePort();
  const environment = { PATH: process.env.PATH, ...environmentOf(world, port) };
  const child = spawn(process.execPath, ['--import=tsx', join(ROOT, 'server/main.ts')], {
    cwd: ROOT,
    // The mark of the test run must reach the child, so that the runner can tell what was left running.
    env: { ...process.env, ...environment },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const gone = once(child, 'exit') as Promise<[number | null]>;
  t.teardown(async () => {
    child.kill('SIGKILL');
    await gone;
  });
  const lines: string[] = [];
  const output = createInterface({ input: child.stdout });
  output.on('line', (line) => lines.push(line));
  const logged = async (message: string) => {
    const signal = AbortSignal.timeout(PATIENCE_MS);
    while (!lines.some((line) => line.includes(`"msg":"${message}"`))) {
      if (child.exitCode !== null)
        throw new Error(`The server ended with ${child.exitCode}: ${lines.join('\n')}`);
      await Promise.race([once(output, 'line', { signal }), gone]);
    }
  };
  await logged('listening');
  return {
    url: `http://127.0.0.1:${port}`,
    logged,
    async end(signal) {
      child.kill(signal);
      const [code] = await gone;
      return code;
    },
  };
}
