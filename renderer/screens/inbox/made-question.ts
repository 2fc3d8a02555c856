import { elicitationId, serverName } from "../../../shared/ids.ts";
import type { Elicitation } from "../../../shared/servers.ts";

/** A server's question for tests. Number `n` gives its id and its age. */
export const madeQuestion = (n: number, change: Partial<Elicitation> = {}): Elicitation => ({
  id: elicitationId(n),
  server: serverName("everything"),
  syscallId: null,
  message: "Which colour?",
  schema: { type: "object", properties: { colour: { type: "string" } }, required: ["colour"] },
  requestedAt: n * 1_000,
  expiresAt: n * 1_000 + 300_000,
  ...change,
});
