import type { JitsiParticipant } from './lib-jitsi-meet.d.ts';

const MACHINE_NAME = /^(jibri|recorder|transcriber|live stream)/i;

/** Code for a participant that says what machine it is. */
export function botReason(type: string): string {
  return `bot-${type.replaceAll(/\W+/g, '-')}`.slice(0, 80);
}

/**
 * Code of why this participant looks like a recorder or transcriber, or null for a person. A false alarm ends a call
 * that can be repeated; a missed one breaks the promise that nothing is recorded.
 */
export function recorderAmong(participant: JitsiParticipant): string | null {
  if (participant.isHidden()) return 'hidden-participant';
  const bot = participant.getBotType?.();
  if (bot) return botReason(bot);
  return MACHINE_NAME.test(participant.getDisplayName() ?? '') ? 'recorder-name' : null;
}
