/** Ends what was begun: a subscription, a timer, a listener. Calling it again does nothing. */
export type Unsubscribe = () => void;

/** A set of listeners. One that throws is reported, and hurts no other. */
export class Emitter<A extends readonly unknown[]> {
  readonly #listeners = new Set<{ readonly call: (...args: A) => unknown }>();

  /** Registering one function twice calls it twice; each registration ends on its own. */
  add(call: (...args: A) => unknown): Unsubscribe {
    const entry = { call };
    this.#listeners.add(entry);
    return () => void this.#listeners.delete(entry);
  }

  emit(...args: A): void {
    for (const entry of [...this.#listeners]) {
      // A listener that an earlier one has just removed does not expect another call.
      if (this.#listeners.has(entry)) guarded(() => entry.call(...args));
    }
  }
}

/** Runs code of the application. What it throws or rejects with is shown in the console and goes no further. */
export function guarded(run: () => unknown): void {
  try {
    const result = run();
    if (result instanceof Promise) result.catch(reportListener);
  } catch (error) {
    reportListener(error);
  }
}

/** Tells whoever writes the page what went wrong, and why. */
export function report(what: string, error: unknown): void {
  console.error(`djust-presence: ${what}.`, error);
}

function reportListener(error: unknown): void {
  report("a listener failed", error);
}
