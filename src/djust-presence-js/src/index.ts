import { registerElements } from "./elements/register.js";

export { PresenceClient, type PresenceClientInit } from "./client.js";
export type { HubConnectionLike } from "./connection.js";
export type { CursorFrame, CursorMove } from "./cursors/frame.js";
export { LiveCursors } from "./cursors/live-cursors.js";
export { LiveCursorsElement } from "./cursors/live-cursors-element.js";
export type { LiveCursorsOptions } from "./cursors/options.js";
export { PresenceCountElement } from "./elements/presence-count.js";
export { PresenceElement } from "./elements/presence-element.js";
export { PresenceListElement } from "./elements/presence-list.js";
export type { Unsubscribe } from "./emitter.js";
export { PresenceGroup, type PresenceSnapshot, type PresenceStatus } from "./group.js";
export { field } from "./json.js";
export { configurePresence, type PresenceClientOptions } from "./options.js";
export { cleanText, displayName, initials, safeColor, safeUrl } from "./safe.js";
export { applyDiff, applyState, sorted, type Applied, type GroupState, type PresenceChange } from "./state.js";
export type { Hub } from "./shared-clients.js";
export type * from "./wire.js";

registerElements();
