import { stringField } from '../shared/post.ts';

/** Statuses of an appointment that the room page tells apart. */
export type CallStatus = 'in_call' | 'waiting' | 'other';

/**
 * Follows the appointment through the server's event stream: calls `handler` at each `call` event. The browser
 * reconnects by itself. The result ends it.
 */
export function followCall(eventsHref: string, handler: (status: CallStatus) => void): () => void {
  const source = new EventSource(eventsHref, { withCredentials: true });
  source.addEventListener('call', (event: MessageEvent<string>) => {
    const status = statusIn(event.data);
    if (status) handler(status);
  });
  return () => source.close();
}

function statusIn(data: string): CallStatus | null {
  try {
    const news: unknown = JSON.parse(data);
    const status = stringField(news, 'status');
    if (status === null) return null;
    return status === 'in_call' || status === 'waiting' ? status : 'other';
  } catch {
    // An event without data is an invitation to look again, for pages that draw fragments.
    return null;
  }
}
