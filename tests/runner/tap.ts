/** Sums over everything that has been checked so far. */
export interface Tally {
  passed: number;
  failed: number;
  /** One line for each failure, for the end of the report. */
  failures: string[];
}

export interface TapReader {
  /** Takes one line of the stream, prints what people should read and counts. */
  line(text: string): void;
}

const RESULT = /^(not ok|ok) \d+ - (.*?)(?: # (SKIP|TODO))?$/;
/** Frame and end of the stream; the runner prints a summary of its own. */
const NOISE = /^(TAP version 13|\d+\.\.\d+|# (tests|pass|fail|skip) \d+|)$/;

/**
 * Reads TAP version 13 as AVA writes it: a result line, then an indented block of details.
 * A test that was skipped or is still to be written counts as failed: what doesn't run proves nothing.
 */
export function createTapReader(tally: Tally, print: (text: string) => void): TapReader {
  return {
    line(text) {
      const result = RESULT.exec(text);
      if (result) {
        record(tally, print, { ok: result[1] === 'ok', title: result[2] ?? '', directive: result[3] });
      } else if (!NOISE.test(text) && !/^ {2}(---|\.\.\.)$/.test(text)) {
        print(`    ${text}`);
      }
    },
  };
}

function record(
  tally: Tally,
  print: (text: string) => void,
  { ok, title, directive }: { ok: boolean; title: string; directive: string | undefined },
): void {
  if (ok && !directive) {
    tally.passed += 1;
    print(`  ✓ ${title}`);
    return;
  }
  const why = directive === 'SKIP' ? ' (skipped)' : directive === 'TODO' ? ' (not written yet)' : '';
  fail(tally, print, `${title}${why}`);
}

/** Counts and prints one failure. */
export function fail(tally: Tally, print: (text: string) => void, what: string): void {
  tally.failed += 1;
  tally.failures.push(what);
  print(`  ✗ ${what}`);
}
