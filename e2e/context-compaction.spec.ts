import type { EventOf } from "../shared/events.ts";
import type { Client } from "./support/client.ts";
import { contextPane, lookAtContext, openContext, snapshotList } from "./support/context.ts";
import { expect, test } from "./support/dashboard.ts";
import { writeInto } from "./support/data-folder.ts";

/** Files of so many lines, each line of eight words. */
function writeFiles(dataFolder: string, lines: number): void {
  const text = Array.from(
    { length: lines },
    (_, line) => `Line ${line + 1}: the reading room opens at nine.`,
  );
  for (const name of ["one", "two", "three", "four"]) {
    writeInto(dataFolder, `workspace/${name}.md`, `${text.join("\n")}\n`);
  }
}

/** Sends a message and waits for the answer to it. */
async function ask(client: Client, agentId: EventOf<"agent.ended">["agentId"], text: string): Promise<void> {
  const answers = (): number => client.events.filter(({ type }) => type === "agent.ended").length;
  const before = answers();
  await client.request("agents.send", { agentId, text });
  await expect.poll(answers).toBe(before + 1);
}

test("a context is made smaller, before and after can be seen, and it can be undone", async ({
  dashboard,
  client,
  host,
}) => {
  // Small enough that three of them fit beside the tools: nothing is made smaller unasked.
  writeFiles(host.dataFolder, 60);
  const { agentId } = await client.request("agents.launch", {
    agent: "file-clerk",
    task: "How many words are in one.md?",
  });
  await client.untilEnded(agentId);
  await ask(client, agentId, "How many words are in two.md?");
  await openContext(dashboard, agentId);
  await client.request("settings.update", { offlineTokensPerSecond: 4 });
  const answer = ask(client, agentId, "How many lines are in three.md?");
  await dashboard.getByRole("button", { name: "Make it smaller now" }).click();
  await client.request("settings.update", { offlineTokensPerSecond: 5_000 });
  await answer;
  await ask(client, agentId, "How many words are in one.md?");
  const compactions = dashboard.getByRole("region", { name: "Compactions" });
  await expect(compactions).toContainText("You asked");
  await expect(contextPane(dashboard)).toContainText("Result removed");
  await lookAtContext(dashboard, "compacted");
  await compactions.getByRole("button", { name: "Before and after" }).first().click();
  const dialog = dashboard.getByRole("dialog", { name: "Before and after" });
  await expect(dialog.getByRole("region", { name: "Before" })).toContainText("Line 1: the reading room");
  await expect(dialog.getByRole("region", { name: "After" })).not.toContainText("Line 60: the reading room");
  await lookAtContext(dashboard, "before-and-after");
  await dashboard.keyboard.press("Escape");
  await compactions.getByRole("button", { name: "Undo" }).first().click();
  await expect(compactions).toContainText("Undone");
  await expect(contextPane(dashboard)).not.toContainText("Result removed");
});

test("a window that fills is made smaller by itself, and the agent goes on", async ({
  dashboard,
  client,
  host,
}) => {
  writeFiles(host.dataFolder, 170);
  const { agentId } = await client.request("agents.launch", {
    agent: "file-clerk",
    task: "How many words are in one.md?",
  });
  await client.untilEnded(agentId);
  await openContext(dashboard, agentId);
  for (const name of ["two", "three", "four"]) {
    await ask(client, agentId, `How many words are in ${name}.md?`);
  }
  await expect(dashboard.getByRole("region", { name: "Compactions" })).toContainText(
    "Its window was filling up",
  );
  await expect(snapshotList(dashboard)).toContainText("Before compaction");
  await expect(dashboard.getByRole("region", { name: "Answer" })).toContainText("1360 words");
  await dashboard.getByRole("tab", { name: "Transcript" }).click();
  await expect(dashboard.getByRole("list", { name: "Transcript" })).toContainText("Context made smaller");
  await dashboard.getByRole("tab", { name: "Context" }).click();
  await lookAtContext(dashboard, "filled");
  const summary = contextPane(dashboard).getByRole("button", { name: "Before and after" });
  await summary.scrollIntoViewIfNeeded();
  await expect(contextPane(dashboard)).toContainText("Summary");
  await lookAtContext(dashboard, "summary");
  await summary.click();
  const dialog = dashboard.getByRole("dialog", { name: "Before and after" });
  await expect(dialog.getByRole("region", { name: "Before" })).toContainText("one.md has 1360 words.");
  await expect(dialog.getByRole("region", { name: "After" })).toContainText("Summary");
  await lookAtContext(dashboard, "summary-before-and-after");
});
