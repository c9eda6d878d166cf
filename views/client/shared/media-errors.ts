/** Why a microphone or camera could not be opened; also the end of a text key. */
export type MediaProblem = 'denied' | 'missing' | 'busy' | 'unsupported' | 'other';

const BY_NAME: Record<string, MediaProblem> = {
  // DOMException names of getUserMedia (W3C Media Capture and Streams) ...
  NotAllowedError: 'denied',
  SecurityError: 'denied',
  NotFoundError: 'missing',
  OverconstrainedError: 'missing',
  NotReadableError: 'busy',
  AbortError: 'busy',
  TypeError: 'unsupported',
  // ... and those of lib-jitsi-meet.
  'gum.permission_denied': 'denied',
  'gum.not_found': 'missing',
  'gum.constraint_failed': 'missing',
  'gum.unsupported_resolution': 'missing',
  'gum.timeout': 'busy',
  'gum.general': 'busy',
};

/** The reason behind an error of getUserMedia or of lib-jitsi-meet; anything unknown is `other`. */
export function mediaProblem(error: unknown): MediaProblem {
  const name = typeof error === 'object' && error !== null ? (error as { name?: unknown }).name : undefined;
  return (typeof name === 'string' && BY_NAME[name]) || 'other';
}
