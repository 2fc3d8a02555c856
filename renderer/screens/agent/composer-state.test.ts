import { expect, test } from "vitest";
import { agentId } from "../../../shared/ids.ts";
import { composerState } from "./composer-state.ts";

test("a message reaches a running or paused agent, and one that is done goes on with it", () => {
  const agent = { id: agentId(7), control: "active", ending: null } as const;
  expect(composerState(agent)).toMatchObject({ type: "open", help: "Read at its next step" });
  expect(composerState({ ...agent, control: "paused" })).toMatchObject({ help: "Read when it is resumed" });
  expect(composerState({ ...agent, ending: "done" })).toMatchObject({
    type: "open",
    help: "It is done and goes on with this",
  });
});

test("one that failed or was cancelled takes none, and says why", () => {
  const agent = { id: agentId(7), control: "active" } as const;
  expect(composerState({ ...agent, ending: "failed" })).toMatchObject({ type: "closed" });
  expect(composerState({ ...agent, ending: "cancelled" })).toMatchObject({ type: "closed" });
});
