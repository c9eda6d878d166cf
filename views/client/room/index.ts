import type { RoomClientConfig } from '../../../server/features/calls/pages.ts';
import { byId, readJson } from '../shared/dom.ts';
import { iconMaker } from '../shared/icon.ts';
import { translator } from '../shared/text.ts';
import type { Strings } from '../shared/text.ts';
import { JitsiMeetConference } from './jitsi-conference.ts';
import { JitsiLocalMedia } from './jitsi-media.ts';
import { loadJitsi } from './libraries.ts';
import { tabMemory } from './memory.ts';
import { reporter } from './reporter.ts';
import { Session } from './session.ts';
import type { Equipment } from './session-parts.ts';
import { isAtRest } from './state.ts';
import { showRoom } from './view.ts';
import { screenKeeper } from './wake-lock.ts';

/** Only known while the script itself runs. */
const nonce = document.currentScript instanceof HTMLScriptElement ? document.currentScript.nonce : '';

const root = byId('room');
const config = readJson<RoomClientConfig>('room-config');
const memory = tabMemory(config.room);

async function prepare(): Promise<Equipment> {
  const jitsi = await loadJitsi(config.libraries, nonce);
  const media = new JitsiLocalMedia(jitsi, memory);
  return {
    media,
    newConference: () => new JitsiMeetConference(jitsi, config, media),
    networkChanged: (isOnline) => jitsi.setNetworkInfo({ isOnline }),
  };
}

const session = new Session({
  config,
  memory,
  report: reporter(config),
  prepare,
  go: (href) => location.assign(href),
});

const { icons = '', phone, phoneHref } = root.dataset;
showRoom(root, session, {
  config,
  t: translator(readJson<Strings>('strings')),
  icon: iconMaker(icons),
  phone: phone && phoneHref ? { label: phone, href: phoneHref } : null,
});

const keepScreenOn = screenKeeper();
session.on('state', ({ phase }) => keepScreenOn(!isAtRest(phase) && phase !== 'failed'));
// A page that the browser had put aside comes back without its call: begin anew.
addEventListener('pageshow', (event) => {
  if (event.persisted) location.reload();
});
void session.start();
