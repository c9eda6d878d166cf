/** What a POST of JSON came back with. `body` is null when the answer was no JSON. */
export interface Answer {
  ok: boolean;
  status: number;
  body: unknown;
}

/**
 * Posts JSON to our own server with the CSRF token in its header. Rejects only when the server can't be reached
 * or stays silent for `timeoutMs`; refusals come back as answers.
 */
export async function postJson(url: string, csrf: string, data: object, timeoutMs = 15_000): Promise<Answer> {
  const abort = new AbortController();
  const timer = setTimeout(() => abort.abort(), timeoutMs);
  try {
    const response = await fetch(url, {
      method: 'POST',
      credentials: 'same-origin',
      headers: { 'content-type': 'application/json', accept: 'application/json', 'x-csrf-token': csrf },
      body: JSON.stringify(data),
      signal: abort.signal,
    });
    const body: unknown = await response.json().catch(() => null);
    return { ok: response.ok, status: response.status, body };
  } finally {
    clearTimeout(timer);
  }
}

/** A field of an answer's body when it is a string. */
export function stringField(body: unknown, name: string): string | null {
  if (typeof body !== 'object' || body === null) return null;
  const value: unknown = Reflect.get(body, name);
  return typeof value === 'string' ? value : null;
}
