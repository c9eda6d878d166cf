import type { RoomClientConfig } from '../../../server/features/calls/pages.ts';
import { postJson, stringField } from '../shared/post.ts';
import { ConferenceFailure } from './conference.ts';

/** The way into the room, or the news that the appointment is over. */
export type Admission = { ended: true } | { ended: false; token: string; room: string };

/**
 * Asks our server for a fresh token. Rejects with `ConferenceFailure`: `token.unreachable`, `token.server`,
 * `token.busy` or `token.refused`.
 */
export async function askAdmission(config: RoomClientConfig): Promise<Admission> {
  const answer = await postJson(config.tokenAction, config.csrf, {}).catch(() => null);
  if (!answer) throw new ConferenceFailure('token.unreachable');
  const { body, status } = answer;
  if (typeof body === 'object' && body !== null && 'ended' in body && body.ended === true)
    return { ended: true };
  if (status === 429) throw new ConferenceFailure('token.busy');
  if (status >= 500) throw new ConferenceFailure('token.server');
  const token = stringField(body, 'token');
  const room = stringField(body, 'room');
  if (!answer.ok) throw new ConferenceFailure('token.refused');
  if (!token || !room) throw new ConferenceFailure('token.server');
  return { ended: false, token, room };
}
