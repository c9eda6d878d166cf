import type { JitsiMeet } from './lib-jitsi-meet.d.ts';
import { MemoryStorage } from './memory-storage.ts';

declare global {
  interface Window {
    jQuery?: unknown;
    jquery?: unknown;
    JitsiMeetJS?: JitsiMeet;
  }
}

/**
 * Loads the scripts one after the other and prepares lib-jitsi-meet: no third parties, no analytics, nothing kept
 * in the browser's storage. Rejects when a script can't be fetched; may be called again.
 */
export async function loadJitsi(urls: string[], nonce: string): Promise<JitsiMeet> {
  if (!window.JitsiMeetJS) {
    for (const url of urls) {
      await loadScript(url, nonce);
      // The npm build of the library expects the UMD name in lower case.
      if (window.jQuery) window.jquery = window.jQuery;
    }
  }
  const jitsi = window.JitsiMeetJS;
  if (!jitsi) throw new Error('lib-jitsi-meet did not load');
  jitsi.init({
    disableThirdPartyRequests: true,
    disableAudioLevels: true,
    enableAnalyticsLogging: false,
    enableWindowOnErrorHandler: false,
    externalStorage: new MemoryStorage(),
  });
  jitsi.setLogLevel(jitsi.logLevels['ERROR'] ?? 'error');
  return jitsi;
}

function loadScript(url: string, nonce: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const script = document.createElement('script');
    script.src = url;
    script.nonce = nonce;
    script.addEventListener('load', () => resolve());
    script.addEventListener('error', () => {
      script.remove();
      reject(new Error(`Can't load ${url}`));
    });
    document.head.append(script);
  });
}
