import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { LeanArrivals, LeanQuestion } from './lean-smsc-process.ts';

/** The gateway of both sides of a comparison, see `lean-smsc-process.ts`. */
export interface LeanSmsc {
  port: number;
  /** How many texts came since the last `forget`. */
  count(): Promise<number>;
  arrivals(): Promise<LeanArrivals>;
  forget(): Promise<void>;
  stop(): Promise<void>;
}

/** Starts it as a process of its own, so that it takes no time from those who are measured. */
export async function startLeanSmsc(): Promise<LeanSmsc> {
  const child = fork(join(import.meta.dirname, 'lean-smsc-process.ts'), {
    execArgv: ['--import=tsx'],
    serialization: 'advanced',
  });
  const [{ port }] = (await once(child, 'message')) as [{ port: number }];
  return {
    port,
    count: async () => (await ask(child, 'count')) as number,
    arrivals: async () => (await ask(child, 'arrivals')) as LeanArrivals,
    forget: async () => void (await ask(child, 'forget')),
    async stop() {
      const gone = once(child, 'exit');
      child.disconnect();
      await gone;
    },
  };
}

async function ask(child: ChildProcess, question: LeanQuestion): Promise<unknown> {
  const reply = once(child, 'message');
  child.send(question);
  const [answer] = await reply;
  return answer;
}
