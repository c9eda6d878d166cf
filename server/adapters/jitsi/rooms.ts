import { z } from 'zod';
import { AppError } from '../../kernel/errors.ts';
import type { VideoRooms } from '../../kernel/ports.ts';
import { mintRoomToken, type RoomTokenOptions } from './token.ts';

const ANSWER_MS = 5000;

const roomState = z.object({ occupants: z.array(z.object({ user: z.string() })) });

export interface VideoRoomsOptions extends RoomTokenOptions {
  /** Root of Prosody's HTTP port as the application reaches it, for example `http://127.0.0.1:5280`. */
  controlUrl: string;
  /** Bearer secret of the control API (`videoatencio_control_secret`). */
  controlSecret: string;
}

/** Any trouble with the video server is one and the same for the person; the log gets the cause. */
function unavailable(detail: string, cause?: unknown): AppError {
  return new AppError('videoUnavailable', 503, { detail, cause });
}

/**
 * The video server as seen by the application: rooms by the control API of `mod_videoatencio_control`, tokens by
 * `mintRoomToken`. Calls that fail or need over 5 s throw AppError `videoUnavailable` (503); all may be repeated.
 */
export function createVideoRooms(options: VideoRoomsOptions): VideoRooms {
  const call = async (method: string, room: string, body?: object): Promise<Response> => {
    const url = new URL(`/videoatencio/rooms/${encodeURIComponent(room)}`, options.controlUrl);
    const headers: Record<string, string> = { authorization: `Bearer ${options.controlSecret}` };
    if (body) headers['content-type'] = 'application/json';
    try {
      const signal = AbortSignal.timeout(ANSWER_MS);
      return await fetch(url, { method, headers, signal, body: body ? JSON.stringify(body) : null });
    } catch (cause) {
      throw unavailable(`${method} ${room}: no answer`, cause);
    }
  };
  const expectDone = async (method: string, room: string, body?: object): Promise<void> => {
    const response = await call(method, room, body);
    await response.body?.cancel();
    if (response.status !== 204) throw unavailable(`${method} ${room}: status ${response.status}`);
  };
  return {
    open: (room, { expiresAt, maxOccupants }) =>
      expectDone('PUT', room, {
        expires: Math.floor(expiresAt.getTime() / 1000),
        max_occupants: maxOccupants,
      }),
    end: (room) => expectDone('DELETE', room),
    async occupants(room) {
      const response = await call('GET', room);
      if (response.status === 404) {
        await response.body?.cancel();
        return [];
      }
      if (response.status !== 200) throw unavailable(`GET ${room}: status ${response.status}`);
      try {
        return roomState.parse(await response.json()).occupants.map(({ user }) => user);
      } catch (cause) {
        throw unavailable(`GET ${room}: unexpected answer`, cause);
      }
    },
    token: (room, person) => mintRoomToken(options, room, person),
  };
}
