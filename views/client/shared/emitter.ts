type Handlers<Events> = { [Name in keyof Events]?: Set<(payload: Events[Name]) => void> };

/** Typed events inside a page. */
export class Emitter<Events> {
  private handlers: Handlers<Events> = {};

  /** Calls `handler` at each such event; the result ends that. */
  on<Name extends keyof Events>(name: Name, handler: (payload: Events[Name]) => void): () => void {
    const set = (this.handlers[name] ??= new Set());
    set.add(handler);
    return () => set.delete(handler);
  }

  emit<Name extends keyof Events>(name: Name, payload: Events[Name]): void {
    for (const handler of this.handlers[name] ?? []) handler(payload);
  }

  /** Nobody hears anything any more. */
  clear(): void {
    this.handlers = {};
  }
}
