import { spawn, type ChildProcess } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { ROOT } from '../../server/kernel/paths.ts';

const PROSODY = '/usr/bin/prosody';
const CONFIG_DIRECTORY = join(ROOT, 'jitsi-config');
const START_DEADLINE_MS = 15_000;
const STOP_DEADLINE_MS = 5000;
const POLL_MS = 50;
const KEPT_LOG_LINES = 40;

/** What the embedded video server is told. Secrets need 32 characters or more, and must differ. */
export interface ProsodyOptions {
  /** Private directory for configuration, log and pid file; created with mode 0700. */
  directory: string;
  /** Loopback port for the websocket and the control API; must be free. */
  httpPort: number;
  /** XMPP domain, normally `meet.jitsi`; rooms live at `muc.<domain>`. Needs no DNS. */
  domain: string;
  /** Issuer (`iss`) of the tokens. */
  appId: string;
  /** HS256 key of the tokens. */
  appSecret: string;
  /** Expected `aud` of the tokens. */
  audience: string;
  /** Bearer secret of the control API and of the events sent to the application. */
  controlSecret: string;
  /** Where joins and departures are posted; an empty text sends none. */
  eventsUrl: string;
  logLevel?: 'debug' | 'info' | 'warn' | 'error';
  /** More lines for the global section, taken literally: for tests of the configuration guard. */
  extraConfig?: string;
}

/** A running Prosody. */
export interface RunningProsody {
  port: number;
  pid: number;
  /** Resolves with the exit code when the process is gone for whatever reason (null after a signal). */
  exited: Promise<number | null>;
  /** The last lines of the log, newest last. */
  recentLog(): string[];
  /** Asks Prosody to stop, kills it after 5 s, and resolves when it is gone. May be called again. */
  stop(): Promise<void>;
}

/** A Lua string literal: everything but plain ASCII letters, digits and a few signs becomes `\ddd`. */
export function quoteLua(value: string): string {
  const bytes = Array.from(Buffer.from(value, 'utf8'), (byte) => {
    const char = String.fromCharCode(byte);
    return /[\w ./:@+=-]/.test(char) ? char : `\\${String(byte).padStart(3, '0')}`;
  });
  return `"${bytes.join('')}"`;
}

/**
 * Fills `jitsi-config/embedded/prosody.cfg.lua.template`; `instance` comes back in health answers. Throws when the
 * template asks for an unknown value.
 */
export async function renderProsodyConfig(options: ProsodyOptions, instance: string): Promise<string> {
  const directory = resolve(options.directory);
  const values: Record<string, string> = {
    dataDirectory: quoteLua(join(directory, 'data')),
    pluginDirectory: quoteLua(join(CONFIG_DIRECTORY, 'prosody-plugins')),
    logFile: quoteLua(join(directory, 'prosody.log')),
    logLevel: quoteLua(options.logLevel ?? 'info'),
    httpPort: String(Math.trunc(options.httpPort)),
    domain: quoteLua(options.domain),
    mucDomain: quoteLua(`muc.${options.domain}`),
    appId: quoteLua(options.appId),
    appSecret: quoteLua(options.appSecret),
    audience: quoteLua(options.audience),
    controlSecret: quoteLua(options.controlSecret),
    eventsUrl: quoteLua(options.eventsUrl),
    instance: quoteLua(instance),
    extra: options.extraConfig ?? '',
  };
  const template = await readFile(join(CONFIG_DIRECTORY, 'embedded/prosody.cfg.lua.template'), 'utf8');
  return template.replace(/\{\{(\w+)\}\}/g, (_match, name: string) => {
    const value = values[name];
    if (value === undefined) throw new Error(`prosody.cfg.lua.template asks for an unknown value: ${name}`);
    return value;
  });
}

/** Keeps the last lines of what the process says. */
function collectLog(child: ChildProcess): string[] {
  const lines: string[] = [];
  let rest = '';
  const add = (chunk: Buffer) => {
    const parts = (rest + chunk.toString('utf8')).split('\n');
    rest = parts.pop() ?? '';
    lines.push(...parts);
    lines.splice(0, Math.max(0, lines.length - KEPT_LOG_LINES));
  };
  child.stdout?.on('data', add);
  child.stderr?.on('data', add);
  return lines;
}

/**
 * Ends a Prosody that an earlier run left behind in this directory, as after a `kill -9` of its parent; it would hold
 * the port. Only a process that was started with the very same configuration file is touched.
 */
async function stopOrphan(pidFile: string, configFile: string): Promise<void> {
  const pid = Number(await readFile(pidFile, 'utf8').catch(() => ''));
  if (!Number.isInteger(pid) || pid <= 1) return;
  const isOurs = async () =>
    (await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')).split('\0').includes(configFile);
  const deadline = Date.now() + STOP_DEADLINE_MS;
  if (await isOurs()) process.kill(pid, 'SIGTERM');
  while (await isOurs()) {
    if (Date.now() > deadline) process.kill(pid, 'SIGKILL');
    await delay(POLL_MS);
  }
  await rm(pidFile, { force: true });
}

/** True when this very Prosody answers, and not another one that holds the port. */
async function isHealthy(options: ProsodyOptions, instance: string): Promise<boolean> {
  try {
    const response = await fetch(`http://127.0.0.1:${options.httpPort}/videoatencio/health`, {
      headers: { authorization: `Bearer ${options.controlSecret}` },
      signal: AbortSignal.timeout(1000),
    });
    const body: unknown = await response.json();
    return typeof body === 'object' && body !== null && 'instance' in body && body.instance === instance;
  } catch {
    return false; // not listening yet, or something else is
  }
}

async function stopChild(child: ChildProcess, exited: Promise<number | null>): Promise<void> {
  // Gone already; what it said last may still be on its way through the pipe.
  if (child.exitCode !== null || child.signalCode !== null) return void (await exited);
  child.kill('SIGTERM');
  const killer = setTimeout(() => child.kill('SIGKILL'), STOP_DEADLINE_MS);
  await exited;
  clearTimeout(killer);
}

/** Waits for the first answer; resolves with what went wrong, or with undefined. */
async function waitUntilHealthy(
  options: ProsodyOptions,
  instance: string,
  child: ChildProcess,
  log: string[],
): Promise<string | undefined> {
  const deadline = Date.now() + START_DEADLINE_MS;
  while (Date.now() < deadline) {
    if (child.exitCode !== null || child.signalCode !== null) return 'Prosody ended while starting';
    // Prosody goes on without its port, for ever unreachable.
    if (log.some((line) => line.includes('Failed to open server port'))) {
      return `Port ${options.httpPort} is taken`;
    }
    if (await isHealthy(options, instance)) return undefined;
    await delay(POLL_MS);
  }
  return `Prosody did not answer within ${START_DEADLINE_MS / 1000} s`;
}

/**
 * Renders the configuration and runs Debian's Prosody in the foreground as the calling user; resolves when its
 * control API answers. Rejects, with the last log lines in the message, when it ends first or needs over 15 s.
 */
export async function startProsody(options: ProsodyOptions): Promise<RunningProsody> {
  await mkdir(join(options.directory, 'data'), { recursive: true, mode: 0o700 });
  const configFile = join(resolve(options.directory), 'prosody.cfg.lua');
  const pidFile = join(resolve(options.directory), 'prosody.pid');
  await stopOrphan(pidFile, configFile);
  const instance = randomUUID();
  // The file holds both secrets.
  await writeFile(configFile, await renderProsodyConfig(options, instance), { mode: 0o600 });
  const child = spawn(PROSODY, ['--foreground', '--config', configFile], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { PATH: process.env['PATH'], LANG: 'C.UTF-8' },
  });
  const log = collectLog(child);
  const exited = new Promise<number | null>((resolve) => {
    child.once('close', () => resolve(child.exitCode));
  });
  await once(child, 'spawn');
  await writeFile(pidFile, String(child.pid));
  // One stop for all callers: a second TERM would cut Prosody's own clean ending short.
  let stopping: Promise<void> | undefined;
  const stop = () => (stopping ??= stopChild(child, exited));
  const problem = await waitUntilHealthy(options, instance, child, log);
  if (problem) {
    await stop();
    throw new Error(`${problem}. Its last words:\n${log.join('\n')}`);
  }
  return {
    port: options.httpPort,
    pid: child.pid ?? -1,
    exited,
    recentLog: () => [...log],
    stop,
  };
}
