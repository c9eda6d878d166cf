import type { RoomClientConfig } from '../../../server/features/calls/pages.ts';

/** Tallest picture that is sent and asked for, in pixels. */
export const PICTURE_HEIGHT = 720;

/** `ws(s)://host/path?room=...`: our Prosody modules and Jitsi's components read the room from the address. */
export function websocketUrl(serviceUrl: string, room: string, page: string): string {
  const url = new URL(serviceUrl, page);
  url.protocol = url.protocol === 'https:' || url.protocol === 'wss:' ? 'wss:' : 'ws:';
  url.searchParams.set('room', room);
  return url.href;
}

/** Options of the XMPP connection. Peer-to-peer servers are connection options, unlike the rest of `p2p`. */
export function connectionOptions(config: RoomClientConfig, room: string, page: string): object {
  return {
    serviceUrl: websocketUrl(config.serviceUrl, room, page),
    hosts: { domain: config.domain, muc: config.muc },
    enableWebsocketResume: true,
    // The keep-alive would be a GET of the address with the token in it.
    websocketKeepAlive: -1,
    p2p: { stunServers: [] },
    disableThirdPartyRequests: true,
  };
}

/**
 * Options of the conference. Embedded: two browsers and nothing between them. Bridge: always over the
 * department's own bridge, so that neither side learns the other's address.
 */
export function conferenceOptions(config: RoomClientConfig): object {
  const embedded = config.profile === 'embedded';
  return {
    ...(embedded ? { disableFocus: true } : {}),
    p2p: { enabled: embedded, stunServers: [] },
    disableThirdPartyRequests: true,
    hiddenDomain: `hidden.${config.domain}`,
    // A constant, or the library would invent a name that follows the person from call to call.
    statisticsId: 'videoatencio',
    enableNoAudioDetection: false,
    enableTalkWhileMuted: false,
  };
}
