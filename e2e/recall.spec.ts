import type { AgentId } from "../shared/ids.ts";
import type { Client } from "./support/client.ts";
import { lookAtContext, openContext } from "./support/context.ts";
import { expect, openAgent, takeScreenshot, test } from "./support/dashboard.ts";

async function run(client: Client, task: string): Promise<AgentId> {
  const { agentId } = await client.request("agents.launch", { agent: "note-keeper", task });
  await client.untilEnded(agentId);
  return agentId;
}

const FACTS = [
  "Remember that Ada's birthday is 10 December",
  "Remember that Ada takes her tea without milk and without sugar, and that she minds when it is too strong",
  "Remember that the boiler was serviced in March",
];

test("what one run remembers is put into the prompt of a later one, with its reasons", async ({
  dashboard,
  client,
}) => {
  for (const fact of FACTS) await run(client, fact);
  const agentId = await run(client, "When is Ada's birthday?");

  await openAgent(dashboard, agentId);
  const line = dashboard.getByRole("button", { name: /^Memory: \d items? recalled$/ });
  await expect(line).toHaveAttribute("aria-expanded", "false");
  await line.focus();
  await dashboard.keyboard.press("Enter");
  await expect(line).toHaveAttribute("aria-expanded", "true");
  await expect(dashboard.getByText("1st by words")).toBeVisible();
  await takeScreenshot(dashboard, "recall-transcript");

  await openContext(dashboard, agentId);
  const panel = dashboard.getByRole("region", { name: "Recalled from memory" });
  await expect(panel).toContainText("When is Ada's birthday?");
  const item = panel.getByRole("listitem").filter({ hasText: "10 December" });
  await expect(item).toContainText("its own");
  await expect(item).toContainText("1st by words");
  await expect(item).toContainText(/\d+ tokens/);
  await expect(panel).toContainText(/\d+ of \d+ tokens used/);
  await expect(panel).toContainText("Searched by words alone: No model makes embeddings");
  await expect(panel).not.toContainText("boiler");
  await expect(dashboard.getByText("user (from memory)")).toBeVisible();
  const memory = dashboard.getByRole("row").filter({ hasText: "Memory" }).first();
  await expect(memory).not.toContainText(/Memory\s*0\b/);
  await lookAtContext(dashboard, "recall");
  await dashboard.setViewportSize({ width: 640, height: 900 });
  await lookAtContext(dashboard, "recall-narrow");
});

test("a prompt that memory had nothing for says so", async ({ dashboard, client }) => {
  const agentId = await run(client, "When is Ada's birthday?");
  await openContext(dashboard, agentId);
  await expect(dashboard.getByRole("region", { name: "Recalled from memory" })).toContainText(
    "Memory put nothing into this prompt",
  );
  await lookAtContext(dashboard, "recall-none");
});
