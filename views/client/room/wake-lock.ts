/** Keeps a phone's screen on while `wanted` says so: a sleeping phone drops the call. Does nothing where it can't. */
export function screenKeeper(): (wanted: boolean) => void {
  let lock: WakeLockSentinel | null = null;
  let wanted = false;
  const ask = (): void => {
    if (!wanted || lock || document.visibilityState !== 'visible' || !('wakeLock' in navigator)) return;
    navigator.wakeLock.request('screen').then(
      (granted) => {
        lock = granted;
        granted.addEventListener('release', () => (lock = null));
        if (!wanted) void granted.release();
      },
      // A low battery may refuse; the call goes on.
      () => undefined,
    );
  };
  document.addEventListener('visibilitychange', ask);
  return (now) => {
    wanted = now;
    if (now) ask();
    else void lock?.release();
  };
}
