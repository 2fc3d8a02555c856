import { assertNever } from "../../../shared/errors.ts";
import type { AgentView } from "../../../shared/state.ts";

/** What sending a message to the agent would do. */
export type ComposerState =
  | { readonly type: "open"; readonly label: string; readonly help: string }
  | { readonly type: "closed"; readonly reason: string };

/** Whether the agent takes a message, and what happens with it. */
export function composerState(agent: Pick<AgentView, "ending" | "control" | "id">): ComposerState {
  switch (agent.ending) {
    case null:
      return {
        type: "open",
        label: `Message to ${agent.id}`,
        help: agent.control === "paused" ? "Read when it is resumed" : "Read at its next step",
      };
    case "done":
      return { type: "open", label: `Message to ${agent.id}`, help: "It is done and goes on with this" };
    case "failed":
      return { type: "closed", reason: "It failed and takes no messages. Launch it again to go on." };
    case "cancelled":
      return { type: "closed", reason: "It was cancelled and takes no messages. Launch it again to go on." };
    default:
      return assertNever(agent.ending);
  }
}
