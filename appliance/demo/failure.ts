import { lastLines } from '../embedded/processes.ts';

/** Exit codes of the demo, as `videoatencio help` documents them. */
export const EXIT = { stopped: 0, failed: 1, portTaken: 14, alreadyRunning: 15, usage: 64 } as const;

/** An end that the person can do something about: the message says what, the code tells scripts. */
export class DemoFailure extends Error {
  readonly exitCode: number;

  constructor(message: string, exitCode: number = EXIT.failed) {
    super(message);
    this.name = 'DemoFailure';
    this.exitCode = exitCode;
  }
}

/** A part that ended or did not start: which, how, and the end of its log. */
export function partFailure(name: string, how: string, logFile?: string): DemoFailure {
  const words = logFile ? lastLines(logFile, 20) : '';
  if (words === '') return new DemoFailure(`The ${name} ${how}.`);
  const log = words.replaceAll(/^/gm, '  | ');
  return new DemoFailure(`The ${name} ${how}. Its last lines (all of them in ${logFile}):
${log}`);
}
