const STORE = 'videoatencio.chime';
/** Two soft notes, a fourth apart: heard across a room, startling nobody. */
const NOTES = [
  { hertz: 659.25, at: 0 },
  { hertz: 880, at: 0.18 },
];
const TOO_LATE_MS = 1_000;
let context: AudioContext | null = null;

/** Sound is on until somebody switches it off in this browser. */
export function isChimeOn(): boolean {
  return read() !== 'off';
}

/** Keeps the choice in this browser; without storage it lasts as long as the page. */
export function rememberChime(on: boolean): void {
  try {
    localStorage.setItem(STORE, on ? 'on' : 'off');
  } catch {
    // Storage is switched off in this browser: the default stays.
  }
}

function read(): string | null {
  try {
    return localStorage.getItem(STORE);
  } catch {
    return null;
  }
}

/** Plays the arrival sound. Browsers stay silent until the person has pressed something on the page. */
export function chime(): void {
  context ??= new AudioContext();
  const audio = context;
  const asked = performance.now();
  void audio.resume().then(() => {
    // A browser that kept silent until now would otherwise play all missed arrivals at the first press.
    if (performance.now() - asked > TOO_LATE_MS) return;
    for (const note of NOTES) play(audio, note.hertz, audio.currentTime + note.at);
  });
}

function play(audio: AudioContext, hertz: number, at: number): void {
  const oscillator = audio.createOscillator();
  const gain = audio.createGain();
  oscillator.type = 'sine';
  oscillator.frequency.value = hertz;
  gain.gain.setValueAtTime(0.0001, at);
  gain.gain.exponentialRampToValueAtTime(0.25, at + 0.03);
  gain.gain.exponentialRampToValueAtTime(0.0001, at + 0.7);
  oscillator.connect(gain).connect(audio.destination);
  oscillator.start(at);
  oscillator.stop(at + 0.75);
}
