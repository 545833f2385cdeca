/** How cursors are sent and drawn. Everything has a default. */
export interface LiveCursorsOptions {
  /** Milliseconds between two frames of the server (its `BroadcastInterval`): positions are sent and expected no more often. Default: 50. */
  readonly tick?: number;
  /** Milliseconds without a move after which a cursor has the class `live-cursor-still`, which fades it. Default: 3,000. */
  readonly stillAfter?: number;
  /** Milliseconds without a move after which a cursor is removed, even if the server did not say so (its `CursorTimeout`). Default: 10,000. */
  readonly timeout?: number;
  /** Whether the cursors of others are shown. Default: `true`. */
  readonly visible?: boolean;
  /**
   * The method of the application's hub that stops and resumes the delivery of cursors to this connection; its one argument is
   * whether they are wanted. `null` if there is none. Default: `"ShowCursors"`.
   */
  readonly visibilityMethod?: string | null;
}

/** The options, complete. */
export type LiveCursorsSettings = Required<LiveCursorsOptions>;

const defaults: LiveCursorsSettings = {
  tick: 50,
  stillAfter: 3_000,
  timeout: 10_000,
  visible: true,
  visibilityMethod: "ShowCursors",
};

/** @internal */
export function cursorSettingsOf(options: LiveCursorsOptions): LiveCursorsSettings {
  const settings = { ...defaults, ...options };
  for (const name of ["tick", "stillAfter", "timeout"] as const) {
    const value = settings[name];
    if (!Number.isFinite(value) || value <= 0) {
      throw new RangeError(`djust-presence: ${name} must be a number of milliseconds, not ${value}.`);
    }
  }
  return settings;
}
