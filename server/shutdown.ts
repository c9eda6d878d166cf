import { once } from 'node:events';
import type { Server, ServerResponse } from 'node:http';

const isEventStream = (response: ServerResponse) =>
  String(response.getHeader('content-type') ?? '').startsWith('text/event-stream');

/**
 * Watches the answers of a server, and returns the function that closes it: no new requests; live pages are cut at
 * once, as they would stay for ever and find another replica by themselves; other answers are finished, for at most
 * `patienceMs`. Call it before the server listens.
 */
export function gentleClose(server: Server): (patienceMs: number) => Promise<void> {
  const open = new Set<ServerResponse>();
  server.on('request', (_request, response: ServerResponse) => {
    open.add(response);
    response.once('close', () => open.delete(response));
  });
  return async (patienceMs) => {
    const closed = once(server, 'close');
    server.close();
    for (const response of open) if (isEventStream(response)) response.destroy();
    const enough = setTimeout(() => server.closeAllConnections(), patienceMs);
    const unfinished = [...open].filter((response) => !response.closed);
    await Promise.all(unfinished.map((response) => once(response, 'close')));
    clearTimeout(enough);
    server.closeAllConnections();
    await closed;
  };
}
