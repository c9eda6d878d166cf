import { element } from '../shared/dom.ts';
import type { BrowserFacts } from '../shared/browser.ts';
import { choice, stepButton } from './ladder.ts';
import type { Bench, Rung } from './ladder.ts';

/** Whether this browser can hold a call at all. Resolves with a problem code, or null. */
export async function checkBrowser(rung: Rung, facts: BrowserFacts, bench: Bench): Promise<string | null> {
  const { t } = bench;
  rung.set('now', '');
  if (facts.inApp) await explainInApp(rung, facts, bench);
  if (!window.isSecureContext) {
    rung.set('problem', t('device.browser.insecure'));
    return 'browser.insecure';
  }
  if (!canCall()) {
    rung.set('problem', t('device.browser.problem'));
    rung.body.replaceChildren(element('p', { text: t(`device.inApp.${facts.system}`) }));
    return 'browser.unsupported';
  }
  rung.body.replaceChildren();
  rung.set('ok', t('device.browser.ok'));
  return null;
}

function canCall(): boolean {
  return 'RTCPeerConnection' in window && typeof navigator.mediaDevices?.getUserMedia === 'function';
}

/** The built-in browsers of other apps often have no camera: the way out first, trying here second. */
async function explainInApp(rung: Rung, facts: BrowserFacts, { t }: Bench): Promise<void> {
  const app = t(`device.inApp.apps.${facts.inApp ?? 'other'}`);
  rung.set('problem', t('device.browser.inApp', { app }));
  const copied = element('p', { attributes: { role: 'status' } });
  const copy = stepButton(t('device.inApp.copy'), 'btn-accent');
  copy.addEventListener('click', () => {
    navigator.clipboard?.writeText(location.href).then(
      () => (copied.textContent = t('device.inApp.copied')),
      () => (copied.textContent = location.href),
    );
  });
  rung.body.replaceChildren(element('p', { text: t(`device.inApp.${facts.system}`) }), copy, copied);
  await choice(rung.body, [stepButton(t('device.inApp.try'), 'btn-quiet')]);
}
