import { connect, type Socket } from 'node:net';

/** One text for Kannel's HTTP interface. */
export interface FeedText {
  to: string;
  text: string;
}

export interface FeedOptions {
  port: number;
  /** Added to each request: user, password, sender. */
  parameters: Record<string, string>;
  /** Connections that stay open, with one request at a time on each. */
  connections: number;
}

/**
 * Hands all texts in and resolves when the last was accepted. Writes its requests itself, because an HTTP client's
 * bookkeeping would take processor time from the one that is measured. Rejects when one is not accepted.
 */
export async function feed(texts: FeedText[], options: FeedOptions): Promise<void> {
  const fixed = new URLSearchParams(options.parameters).toString();
  let next = 0;
  const take = () => texts[next++];
  const lanes = Array.from({ length: options.connections }, () => lane(options.port, fixed, take));
  await Promise.all(lanes);
}

function lane(port: number, fixed: string, take: () => FeedText | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = connect({ port, host: '127.0.0.1', noDelay: true });
    let answer = '';
    const ask = () => {
      const text = take();
      if (text) return request(socket, fixed, text);
      socket.end();
      resolve();
    };
    socket.setEncoding('latin1');
    socket.once('connect', ask);
    socket.once('error', reject);
    socket.once('close', () => reject(new Error('Kannel closed the connection')));
    socket.on('data', (chunk: string) => {
      answer += chunk;
      const length = completeLength(answer);
      if (length === null) return;
      if (!answer.startsWith('HTTP/1.1 202')) return reject(new Error(answer));
      answer = answer.slice(length);
      ask();
    });
  });
}

function request(socket: Socket, fixed: string, { to, text }: FeedText): void {
  const path = `/cgi-bin/sendsms?${fixed}&to=${encodeURIComponent(to)}&text=${encodeURIComponent(text)}`;
  socket.write(`GET ${path} HTTP/1.1\r\nHost: localhost\r\nConnection: keep-alive\r\n\r\n`);
}

/** Length of the first answer once all of it is there. */
function completeLength(answer: string): number | null {
  const end = answer.indexOf('\r\n\r\n');
  if (end < 0) return null;
  const length = end + 4 + Number(/content-length: (\d+)/i.exec(answer.slice(0, end))?.[1] ?? 0);
  return answer.length >= length ? length : null;
}
