import fc from "fast-check";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { PresenceClient } from "../src/client.js";
import type { PresenceDiff } from "../src/wire.js";
import { FakeConnection } from "./fake-connection.js";
import { ModelServer } from "./model.js";

type Step =
  | { readonly do: "join" | "close" | "update"; readonly id: string; readonly value: number }
  | { readonly do: "send"; readonly fault: "none" | "drop" | "duplicate" | "delay" | "garble" }
  | { readonly do: "restart" | "reconnect" | "resend" | "wait" };

const id = fc.constantFrom("ada", "bob", "eve", "__proto__", "constructor", "zoe");
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 6, arbitrary: fc.record({ do: fc.constantFrom("join", "close", "update"), id, value: fc.nat(3) }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constant("send"), fault: fc.constantFrom("none", "none", "none", "drop", "duplicate", "delay", "garble") }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constantFrom("restart", "reconnect", "resend", "wait") }) },
) as fc.Arbitrary<Step>;

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** A client of a model server, the network between them, and what the client said happened. */
function createRun() {
  const server = new ModelServer("room");
  server.join("ada");
  server.diff();
  const connection = new FakeConnection();
  connection.greet = () => connection.deliver("PresenceState", server.state());
  connection.methods = { PresenceSync: () => JSON.parse(JSON.stringify(server.state())) as unknown };
  const client = new PresenceClient({ hub: connection });
  const group = client.group("room");

  const present = new Set(["ada"]);
  const wrong: string[] = [];
  const expectThat = (holds: boolean, what: string) => void (holds || wrong.push(what));
  group.onJoin((one) => expectThat(!present.has(one.id), `${one.id} joined twice`) ?? present.add(one.id));
  group.onUpdate((one) => expectThat(present.has(one.id), `${one.id} changed without being there`));
  group.onLeave((one) => expectThat(present.delete(one.id), `${one.id} left twice`));

  let delayed: PresenceDiff | undefined;
  const send = (fault: string) => {
    const diff = server.diff();
    const late = delayed;
    delayed = fault === "delay" ? diff : undefined;
    if (fault === "none" || fault === "duplicate") connection.deliver("PresenceDiff", diff);
    if (fault === "duplicate") connection.deliver("PresenceDiff", diff);
    if (fault === "garble") connection.deliver("PresenceDiff", { ...diff, joins: "?" });
    if (late !== undefined) connection.deliver("PresenceDiff", late);
  };
  const run = async (next: Step) => {
    if (next.do === "join") server.join(next.id, { name: next.id });
    else if (next.do === "close") server.close(next.id);
    else if (next.do === "update") server.update(next.id, { name: `${next.id} ${next.value}` });
    else if (next.do === "send") send(next.fault);
    else if (next.do === "restart") server.restart();
    else if (next.do === "resend") connection.deliver("PresenceState", server.state());
    else if (next.do === "reconnect" && connection.state === "Connected") connection.drop();
    else await vi.advanceTimersByTimeAsync(50);
  };
  return { server, client, group, present, wrong, run, send };
}

test("whatever is lost, repeated, late or broken: the client ends with what the server has, and its events make sense", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
      const { server, client, group, present, wrong, run, send } = createRun();
      client.start();
      await vi.advanceTimersByTimeAsync(10);
      for (const next of steps) {
        await run(next);
        const refs = group.getSnapshot().presences.flatMap(({ connections }) => connections.map(({ ref }) => ref));
        expect(new Set(refs).size).toBe(refs.length);
      }
      // One more change makes whatever was lost last a gap that shows.
      server.join("last");
      send("none");
      await vi.advanceTimersByTimeAsync(60_000);

      const { presences, count, version, epoch, status } = group.getSnapshot();
      const expected = server.state();
      expect(status).toBe("live");
      expect({ presences, count, version, epoch }).toEqual({
        presences: expected.presences,
        count: expected.count,
        version: expected.version,
        epoch: expected.epoch,
      });
      expect(wrong).toEqual([]);
      expect([...present].sort()).toEqual([...server.users.keys()].sort());
      client.stop();
    }),
    { numRuns: 300 },
  );
});
