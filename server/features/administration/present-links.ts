import type { GatewayLink } from '../../models/GatewayLink.ts';
import { CHANNELS, type Channel } from '../../models/OutboxMessage.ts';
import type { Pause } from './channel.ts';
import type { ChannelPanel, Light } from './pages.ts';
import type { LateReason } from './queue-queries.ts';
import { countLabel, momentLabel, presentReason, say, type Reader } from './present-words.ts';
import { lightOf, linksState, worthShowing } from './rules.ts';

/** Enough of a process's name to tell two apart. */
const SHORT_NAME = 5;

function light(reader: Reader, row: GatewayLink): Light {
  const state = lightOf(row, reader.now);
  const since = state === 'gone' ? row.seenAt : row.since;
  return {
    link: row.link,
    process: row.process.slice(0, SHORT_NAME),
    state,
    stateLabel: say(reader, `light.${state}`),
    since: say(reader, state === 'gone' ? 'light.lastSeen' : 'light.since', {
      when: momentLabel(reader, since),
    }),
    reason: state !== 'up' && state !== 'gone' && row.reason ? presentReason(reader, row.reason) : null,
    inFlight: row.inFlight,
    window: row.windowSize,
    rate:
      row.ratePerSecond === null
        ? say(reader, 'light.noRate')
        : say(reader, 'light.rate', { count: row.ratePerSecond }),
    slowedUntil: state === 'slowed' && row.throttledUntil ? momentLabel(reader, row.throttledUntil) : null,
    submitted: countLabel(reader, row.submitted),
  };
}

/** The reason of most of them, if they have any. */
function mostOften(late: LateReason[]): string | null {
  const counts = new Map<string, number>();
  for (const { reason, count } of late) if (reason) counts.set(reason, (counts.get(reason) ?? 0) + count);
  return [...counts].sort(([, a], [, b]) => b - a)[0]?.[0] ?? null;
}

function panel(
  reader: Reader,
  channel: Channel,
  links: GatewayLink[],
  late: LateReason[],
  pause?: Pause,
): ChannelPanel {
  const rows = links.filter((link) => link.channel === channel);
  const carried = linksState(rows, reader.now);
  const state = pause ? 'paused' : carried === 'up' && late.length > 0 ? 'late' : carried;
  const reason = state === 'late' ? mostOften(late) : null;
  return {
    channel,
    label: say(reader, `channel.${channel}`),
    paused: pause
      ? { since: momentLabel(reader, pause.at), by: pause.by ?? say(reader, 'control.somebody') }
      : null,
    controlHref: `/administration/messages/${channel}/${pause ? 'resume' : 'pause'}`,
    lights: worthShowing(rows, reader.now).map((row) => light(reader, row)),
    summary: say(reader, `panel.${state}`),
    trouble: reason ? presentReason(reader, reason) : null,
    state,
  };
}

/** The two channels with their lights; `late` are messages that wait for nothing that is told elsewhere. */
export function presentChannels(
  reader: Reader,
  links: GatewayLink[],
  paused: Pause[],
  late: LateReason[],
): ChannelPanel[] {
  return CHANNELS.map((channel) =>
    panel(
      reader,
      channel,
      links,
      late.filter((row) => row.channel === channel),
      paused.find((pause) => pause.channel === channel),
    ),
  );
}
