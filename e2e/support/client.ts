import { WebSocket } from "ws";
import { createWireClient } from "../../renderer/transport/wire-client.ts";
import type { EventOf, KernelEvent } from "../../shared/events.ts";
import { type AgentId, seq } from "../../shared/ids.ts";
import type { Transport } from "../../shared/transport.ts";
import type { Host } from "./host.ts";

/** Events that have not come by then will not, in ms. */
const EVENT_MS = 120_000;

/** A program's own connection to a host, with every event that it was sent. */
export interface Client {
  readonly request: Transport["request"];
  /** Oldest first, from the first of the log. Those that came by subscription are slim, but for the watched agent's. */
  readonly events: readonly KernelEvent[];
  /** Every frame as it came. */
  readonly frames: readonly string[];
  watch(agentId: AgentId): void;
  /** The first event, past or to come, that is meant. */
  until<Found extends KernelEvent>(
    what: string,
    isMeant: (event: KernelEvent) => event is Found,
  ): Promise<Found>;
  untilEnded(agentId: AgentId): Promise<EventOf<"agent.ended">>;
  close(): void;
}

/** Connects as a dashboard does, with the printed token. Rejects when the host refuses. */
export async function connect(host: Pick<Host, "port" | "token">): Promise<Client> {
  const socket = new WebSocket(`ws://127.0.0.1:${host.port}/socket`, ["aios", host.token]);
  const events: KernelEvent[] = [];
  const frames: string[] = [];
  const looking = new Set<() => void>();
  const wire = createWireClient({
    send: (frame) => socket.send(JSON.stringify(frame)),
    now: Date.now,
    close: () => socket.close(),
  });
  socket.on("message", (data) => {
    const text = String(data);
    frames.push(text);
    wire.receive(JSON.parse(text));
  });
  await new Promise<void>((resolve, reject) => {
    socket.on("open", resolve);
    socket.on("error", reject);
  });
  socket.on("error", () => wire.lost("The connection broke"));
  socket.on("close", () => wire.lost("The connection was closed"));
  wire.opened();
  events.push(...(await readLog(wire.transport)));
  const subscription = wire.transport.subscribe(events.at(-1)?.seq ?? seq(0), {
    onBatch: (batch) => {
      events.push(...batch.events);
      for (const look of looking) look();
    },
    onReset: () => wire.lost("This client fell behind"),
  });

  function until<Found extends KernelEvent>(
    what: string,
    isMeant: (event: KernelEvent) => event is Found,
  ): Promise<Found> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        looking.delete(look);
        const last = events.slice(-12).map((event) => JSON.stringify(event).slice(0, 300));
        reject(new Error(`No event came: ${what}. The last ones:\n${last.join("\n")}`));
      }, EVENT_MS);
      const look = (): void => {
        const found = events.find(isMeant);
        if (!found) return;
        clearTimeout(timer);
        looking.delete(look);
        resolve(found);
      };
      looking.add(look);
      look();
    });
  }

  return {
    request: wire.transport.request,
    events,
    frames,
    watch: subscription.watch,
    until,
    untilEnded: (agentId) =>
      until(
        `the end of ${agentId}`,
        (event): event is EventOf<"agent.ended"> => event.type === "agent.ended" && event.agentId === agentId,
      ),
    close: () => wire.transport.close(),
  };
}

/** The whole log of a running host, page by page. */
export async function readLog({ request }: Pick<Transport, "request">): Promise<readonly KernelEvent[]> {
  const log: KernelEvent[] = [];
  for (;;) {
    const { events } = await request("events.read", { from: log.at(-1)?.seq ?? seq(0) });
    if (events.length === 0) return log;
    log.push(...events);
  }
}
