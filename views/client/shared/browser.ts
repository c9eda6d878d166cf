/** Browsers whose permission questions look alike. */
export type BrowserFamily = 'chrome' | 'safari' | 'firefox' | 'samsung' | 'other';

/** What we must know of a browser to help the person in front of it. */
export interface BrowserFacts {
  family: BrowserFamily;
  system: 'android' | 'ios' | 'desktop';
  /** The app whose built-in browser this is; such browsers often have no camera. */
  inApp: 'whatsapp' | 'instagram' | 'facebook' | 'gmail' | 'other' | null;
  /** `Chrome 156 (android)`: short, without the rest of the user agent. */
  label: string;
}

const APPS: [RegExp, NonNullable<BrowserFacts['inApp']>][] = [
  [/WhatsApp/i, 'whatsapp'],
  [/Instagram/i, 'instagram'],
  [/FBAN|FBAV|FB_IAB/i, 'facebook'],
  [/\bGSA\//i, 'other'],
  [/Gmail/i, 'gmail'],
  // Android's WebView says so itself; an iPhone app's own page lacks the word Safari.
  [/; wv\)|\b(TikTok|musical_ly|Line|Telegram|Twitter|LinkedInApp)\b/i, 'other'],
];

const FAMILIES: [RegExp, BrowserFamily, string][] = [
  [/SamsungBrowser\/(\d+)/, 'samsung', 'Samsung Internet'],
  [/(?:Firefox|FxiOS)\/(\d+)/, 'firefox', 'Firefox'],
  [/(?:Edg|EdgA|EdgiOS)\/(\d+)/, 'chrome', 'Edge'],
  [/(?:Chrome|CriOS|Chromium)\/(\d+)/, 'chrome', 'Chrome'],
  [/Version\/(\d+)[\d.]*.*Safari/, 'safari', 'Safari'],
];

/** Reads the facts from a user agent. `touchPoints` tells an iPad, which calls itself a Mac, from a Mac. */
export function browserFacts(userAgent: string, touchPoints: number): BrowserFacts {
  const system = systemOf(userAgent, touchPoints);
  const known = FAMILIES.map(([pattern, family, name]) => ({
    family,
    name,
    match: pattern.exec(userAgent),
  })).find(({ match }) => match);
  const bareWebView = system === 'ios' && !known;
  const inApp = APPS.find(([pattern]) => pattern.test(userAgent))?.[1] ?? (bareWebView ? 'other' : null);
  const name = known ? `${known.name} ${known.match?.[1] ?? ''}`.trim() : 'Unknown browser';
  return { family: known?.family ?? 'other', system, inApp, label: `${name} (${system})` };
}

function systemOf(userAgent: string, touchPoints: number): BrowserFacts['system'] {
  if (/Android/i.test(userAgent)) return 'android';
  if (/iPhone|iPad|iPod/i.test(userAgent)) return 'ios';
  return /Macintosh/.test(userAgent) && touchPoints > 1 ? 'ios' : 'desktop';
}

/**
 * Which permission help fits: every browser of an iPhone asks as iOS does. The name is a key below
 * `device.help` in the catalogue.
 */
export function permissionHelpKey(facts: BrowserFacts): string {
  if (facts.system === 'ios') return 'ios';
  if (facts.system === 'android') return facts.family === 'firefox' ? 'firefoxAndroid' : 'chromeAndroid';
  return facts.family === 'safari' ? 'safari' : facts.family === 'firefox' ? 'firefox' : 'chrome';
}
