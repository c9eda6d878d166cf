import type { Bench, Rung } from './ladder.ts';

const ROUNDS = 3;
const ANSWER_MS = 8_000;
/** A middle answer time above this makes people talk over each other. */
const SLOW_MS = 800;

/** Asks our own server a few times. Resolves with a problem code, or null. */
export async function checkNetwork(
  rung: Rung,
  websocket: string | undefined,
  { t }: Bench,
): Promise<string | null> {
  rung.set('now', t('device.network.checking'));
  const times = await answerTimes(location.href);
  if (times.length < ROUNDS || (websocket && !(await websocketOpens(websocket)))) {
    rung.set('problem', t('device.network.problem'));
    return times.length < ROUNDS ? 'network.unreachable' : 'network.websocket';
  }
  const middle = times.sort((a, b) => a - b)[Math.floor(ROUNDS / 2)] ?? 0;
  rung.set('ok', t(middle > SLOW_MS ? 'device.network.slow' : 'device.network.ok'));
  return middle > SLOW_MS ? 'network.slow' : null;
}

async function answerTimes(url: string): Promise<number[]> {
  const times: number[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    const begun = performance.now();
    const answer = await fetchHead(url);
    if (answer) times.push(performance.now() - begun);
  }
  return times;
}

async function fetchHead(url: string): Promise<boolean> {
  const abort = new AbortController();
  const timer = setTimeout(() => abort.abort(), ANSWER_MS);
  try {
    const answer = await fetch(url, { method: 'HEAD', cache: 'no-store', signal: abort.signal });
    return answer.status < 500;
  } catch {
    return false;
  } finally {
    clearTimeout(timer);
  }
}

/** True when the video server's door opens; filters in some offices let pages through, but not this. */
function websocketOpens(path: string): Promise<boolean> {
  const url = new URL(path, location.href);
  url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:';
  return new Promise((resolve) => {
    const socket = new WebSocket(url, 'xmpp');
    const done = (opened: boolean) => {
      clearTimeout(timer);
      socket.close();
      resolve(opened);
    };
    const timer = setTimeout(() => done(false), ANSWER_MS);
    socket.addEventListener('open', () => done(true));
    socket.addEventListener('error', () => done(false));
  });
}
