/** Why a hub method gave no answer. */
export type Failure =
  /** The hub has no such method. */
  | "missing"
  /** The hub said no: this connection is not in the group. */
  | "refused"
  /** The connection went away. The next one brings a state of its own. */
  | "closed"
  /** Anything else; trying again may help. */
  | "failed";

/** SignalR passes errors on as text only, so the text is all there is to tell them apart. */
export function failureOf(error: unknown): Failure {
  const text = error instanceof Error ? error.message : String(error);
  if (/method does not exist|unknown hub method/i.test(text)) return "missing";
  if (/HubException/.test(text)) return "refused";
  if (/connection being closed|not in the 'Connected' State/i.test(text)) return "closed";
  return "failed";
}
