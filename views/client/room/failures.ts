/** What the page does after a failure. */
export type Remedy =
  /** Tries again by itself, as long as it takes. */
  | 'retry'
  /** Tries again a few times, as the cause often passes; then waits for a press of the button. */
  | 'few'
  /** Waits for a press of the button. */
  | 'stop';

export interface Failure {
  /** Text below `room:failure`. */
  key: string;
  code: string;
  remedy: Remedy;
}

/** Tries for remedy `few`. */
export const FEW = 3;

const TABLE: Record<string, [key: string, remedy: Remedy]> = {
  'conference.authenticationRequired': ['notAllowed', 'few'],
  // Also seen when one enters while the room is being taken down, hence another try.
  'conference.connectionError.notAllowed': ['notAllowed', 'few'],
  'conference.connectionError.accessDenied': ['notAllowed', 'few'],
  'conference.connectionError.membersOnly': ['notAllowed', 'few'],
  'conference.membersOnly': ['notAllowed', 'few'],
  'conference.passwordRequired': ['notAllowed', 'few'],
  'conference.passwordNotSupported': ['notAllowed', 'few'],
  // One's own former entry, after a lost link, holds the place for up to a minute.
  'conference.max_users': ['roomFull', 'retry'],
  'conference.connectionError': ['server', 'retry'],
  'conference.focusLeft': ['server', 'retry'],
  'conference.focusDisconnected': ['server', 'retry'],
  'conference.videobridgeNotAvailable': ['server', 'retry'],
  'conference.videobridge-not-available': ['server', 'retry'],
  'conference.gracefulShutdown': ['server', 'retry'],
  'conference.reservationError': ['server', 'retry'],
  'conference.restarted': ['server', 'retry'],
  // The token call that precedes each try tells whether the appointment is over.
  'conference.destroyed': ['destroyed', 'retry'],
  'conference.iceFailed': ['network', 'retry'],
  'conference.offerAnswerFailed': ['network', 'retry'],
  'conference.mediaLost': ['network', 'retry'],
  'conference.noMedia': ['network', 'retry'],
  'conference.timeout': ['server', 'retry'],
  'conference.incompatible_server_versions': ['versions', 'stop'],
  // Another tab or device came in with the same link: fighting over the place would help nobody.
  'conference.kicked': ['kicked', 'stop'],
  'connection.passwordRequired': ['notAllowed', 'few'],
  'connection.tokenExpired': ['connection', 'retry'],
  'connection.droppedError': ['connection', 'retry'],
  'connection.serverError': ['connection', 'retry'],
  'connection.otherError': ['connection', 'retry'],
  'connection.conferenceRequestFailed': ['connection', 'retry'],
  'connection.shardChanged': ['connection', 'retry'],
  'connection.disconnected': ['connection', 'retry'],
  'connection.timeout': ['connection', 'retry'],
  'token.unreachable': ['connection', 'retry'],
  'token.server': ['server', 'retry'],
  'token.busy': ['server', 'retry'],
  'token.refused': ['notNow', 'stop'],
  'library.notLoaded': ['library', 'retry'],
};

/** Names that the library may also give without its prefix. */
const PREFIXES = ['', 'conference.', 'connection.', 'conference.connectionError.'];

/** The failure behind a code of lib-jitsi-meet or of our own; unknown codes get the general text and a retry. */
export function classify(code: string): Failure {
  for (const prefix of PREFIXES) {
    const entry = TABLE[prefix + code];
    if (entry) return { code, key: entry[0], remedy: entry[1] };
  }
  return { code, key: 'general', remedy: 'few' };
}

/** Every text key that a failure can lead to. */
export const FAILURE_KEYS = [...new Set(Object.values(TABLE).map(([key]) => key)), 'general'];

/** Every code that the table knows. */
export const FAILURE_CODES = Object.keys(TABLE);

/** Pause before try number `attempt` (from 1): 1, 2, 4, 8, then 15 seconds. */
export function backOffMs(attempt: number): number {
  return Math.min(1000 * 2 ** (attempt - 1), 15_000);
}
