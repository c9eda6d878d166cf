import { partFailure, type DemoFailure } from './failure.ts';

/** Something that runs and must be stopped. */
export interface Part {
  name: string;
  logFile?: string;
  /** Resolves when it has ended, with how, for example `ended with exit code 1`. */
  ended?: Promise<string>;
  stop(): Promise<void>;
}

/** Keeps account of the parts that run. */
export interface Supervisor {
  /** Aborts as soon as everything has to stop; then nothing new may be started. */
  signal: AbortSignal;
  /** Watches a part that has just been started. */
  add(part: Part): void;
  /** The person wants to stop. */
  finish(): void;
  /** Something went wrong; only the first reason counts. */
  fail(reason: DemoFailure): void;
  /** Resolves with the reason for stopping, or with undefined when the person asked for it. */
  over: Promise<DemoFailure | undefined>;
  /** Stops every part, the latest first. Goes on when one refuses and then throws AggregateError. */
  stopAll(): Promise<void>;
}

/** Begins to keep account; nothing runs yet. */
export function createSupervisor(): Supervisor {
  const parts: Part[] = [];
  const controller = new AbortController();
  const { signal } = controller;
  let tell: (reason: DemoFailure | undefined) => void;
  const over = new Promise<DemoFailure | undefined>((resolve) => (tell = resolve));
  const end = (reason?: DemoFailure) => {
    tell(reason);
    controller.abort();
  };
  return {
    signal,
    over,
    add(part) {
      parts.push(part);
      void part.ended?.then((how) => {
        if (!signal.aborted) end(partFailure(part.name, how, part.logFile));
      });
    },
    finish: () => end(),
    fail: (reason) => end(reason),
    async stopAll() {
      controller.abort();
      const errors: unknown[] = [];
      for (const part of parts.splice(0).toReversed()) {
        await part.stop().catch((error: unknown) => errors.push(error));
      }
      if (errors.length > 0) throw new AggregateError(errors, 'Some parts could not be stopped');
    },
  };
}
