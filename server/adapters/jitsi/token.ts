import jwt from 'jsonwebtoken';
import { systemClock, type Clock } from '../../kernel/clock.ts';
import type { RoomPerson } from '../../kernel/ports.ts';

const NOT_BEFORE_SLACK_SECONDS = 60;
const DEFAULT_LIFE_SECONDS = 300;
const ROOM_NAME = /^[a-z0-9][a-z0-9._-]{0,127}$/;

/** Everything Jitsi can be asked to do beyond a plain call. Absent keys may count as granted, hence each is said. */
export const DENIED_FEATURES = [
  'audio-translation',
  'create-polls',
  'file-upload',
  'flip',
  'inbound-call',
  'list-visitors',
  'live-translation',
  'live-translation-subscribe',
  'livestreaming',
  'local-recording',
  'outbound-call',
  'recording',
  'send-groupchat',
  'send-private-message',
  'sip-inbound-call',
  'sip-outbound-call',
  'transcription',
] as const;

/** Keys and names that signer and video server share. */
export interface RoomTokenOptions {
  /** `iss`. */
  appId: string;
  /** HS256 key. */
  appSecret: string;
  /** `aud`: one text, as an array never matches on Jitsi's side. */
  audience: string;
  /** XMPP domain, sent as `sub`. */
  domain: string;
  clock?: Clock;
  /** Seconds from now until `exp`; 300 by default. It limits (re)entering, not staying. */
  lifeSeconds?: number;
}

/**
 * A token that lets one person into one room: exact lower-case `room`, `nbf` a minute early (verifiers allow no
 * leeway), short `exp`, every feature denied, no name. Throws RangeError for a room that is not a plain name.
 */
export function mintRoomToken(options: RoomTokenOptions, room: string, person: RoomPerson): string {
  if (!ROOM_NAME.test(room))
    throw new RangeError('A room is named by lower-case letters, digits, ".", "_" and "-"');
  if (person.userId === '') throw new RangeError('A token needs a user id');
  const seconds = Math.floor((options.clock ?? systemClock).now().getTime() / 1000);
  const moderator = person.role === 'agent';
  const claims = {
    iss: options.appId,
    aud: options.audience,
    sub: options.domain,
    room,
    iat: seconds,
    nbf: seconds - NOT_BEFORE_SLACK_SECONDS,
    exp: seconds + (options.lifeSeconds ?? DEFAULT_LIFE_SECONDS),
    context: {
      user: { id: person.userId, moderator, affiliation: 'member' },
      features: Object.fromEntries(DENIED_FEATURES.map((feature) => [feature, false])),
    },
  };
  return jwt.sign(claims, options.appSecret, { algorithm: 'HS256' });
}
