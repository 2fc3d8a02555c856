import type { Locator, Page } from "@playwright/test";
import type { EventOf } from "../shared/events.ts";
import { violations } from "./support/axe.ts";
import type { Client } from "./support/client.ts";
import { expect, openAgent, takeScreenshot, test } from "./support/dashboard.ts";
import { writeInto } from "./support/data-folder.ts";

const list = (page: Page): Locator => page.getByRole("listbox", { name: "Snapshots" });
const pane = (page: Page): Locator => page.getByRole("region", { name: "Context shown" });

async function openContext(page: Page, agentId: string): Promise<void> {
  await openAgent(page, agentId);
  await page.getByRole("tab", { name: "Context" }).click();
  await expect(page.getByRole("region", { name: "Window" })).toBeVisible();
}

/** A picture in each theme, and nothing wrong for axe in either. */
async function look(page: Page, name: string): Promise<void> {
  for (const colorScheme of ["light", "dark"] as const) {
    await page.emulateMedia({ colorScheme });
    expect.soft(await violations(page), name).toEqual([]);
    await takeScreenshot(page, `context-${name}-${colorScheme}`);
  }
}

async function choose(page: Page, option: Locator, action: string): Promise<void> {
  await option.click();
  await page
    .getByRole("toolbar", { name: "With the chosen snapshot" })
    .getByRole("button", { name: action, exact: true })
    .click();
}

/** Waits for a request, allows it and returns once the agent has ended. */
async function allowAndEnd(client: Client, agentId: EventOf<"agent.ended">["agentId"]): Promise<void> {
  const { approval } = await client.until(
    "a request",
    (event): event is EventOf<"approval.requested"> => event.type === "approval.requested",
  );
  await client.request("approvals.answer", { approvalId: approval.id, answer: { type: "once" } });
  await client.untilEnded(agentId);
}

test("the window shows what fills it, and the prompt is there word for word", async ({
  dashboard,
  client,
}) => {
  const { agentId } = await client.request("agents.launch", {
    agent: "maths-tutor",
    task: "what is 23 * 19 plus 7?",
  });
  await client.untilEnded(agentId);
  await openContext(dashboard, agentId);
  const view = await client.request("context.view", { agentId });
  const table = dashboard.getByRole("table", { name: "Tokens of each part" });
  const row = (name: string): Locator => table.getByRole("row").filter({ hasText: name });
  const format = new Intl.NumberFormat("en");
  for (const { part, tokens } of view.parts) {
    const name = part === "partial" ? "Partial output" : part[0]?.toUpperCase() + part.slice(1);
    await expect(row(name)).toContainText(format.format(tokens));
  }
  await expect(dashboard.getByRole("region", { name: "Window" })).toContainText("of 8,192 tokens");
  await expect(row("Reserve for the answer")).toBeVisible();
  for (const { message } of view.messages) {
    if (message.content !== "") await expect(pane(dashboard)).toContainText(message.content);
  }
  await look(dashboard, "window");
});

test("a snapshot is taken, pinned, looked at as it stood, and compared with now", async ({
  dashboard,
  client,
}) => {
  const { agentId } = await client.request("agents.launch", { agent: "maths-tutor", task: "what is 6 * 7?" });
  await client.untilEnded(agentId);
  await openContext(dashboard, agentId);
  await dashboard.getByLabel("Label of the snapshot").fill("before the second sum");
  await dashboard.getByRole("button", { name: "Take a snapshot" }).click();
  const taken = list(dashboard).getByRole("option").filter({ hasText: "before the second sum" });
  await expect(taken).toHaveAttribute("aria-selected", "true");
  await list(dashboard).focus();
  const other = list(dashboard).getByRole("option").nth(1);
  await dashboard.keyboard.press("ArrowDown");
  await expect(other).toHaveAttribute("aria-selected", "true");
  await expect(other).not.toContainText("pinned");
  await dashboard.keyboard.press("p");
  await expect(other).toContainText("pinned");
  await dashboard.keyboard.press("p");
  await expect(other).not.toContainText("pinned");

  const scrolled = await pane(dashboard).evaluate((element) => {
    element.scrollTop = 120;
    return element.scrollTop;
  });
  await client.request("agents.send", { agentId, text: "what is 8 * 8?" });
  await expect(pane(dashboard)).toContainText("what is 8 * 8?");
  await expect(pane(dashboard)).toContainText("8 * 8 = 64");
  await expect(list(dashboard).getByRole("option").first()).toContainText("Answer");
  // What comes in moves neither the choice nor the page under the reader.
  await expect(list(dashboard).getByRole("option", { selected: true })).toContainText("Before its tools");
  expect(await pane(dashboard).evaluate((element) => element.scrollTop)).toBe(scrolled);

  await choose(dashboard, taken, "View");
  await expect(pane(dashboard).getByRole("note")).toContainText("As it stood at n");
  await expect(pane(dashboard)).toContainText("6 * 7 = 42");
  await expect(pane(dashboard)).not.toContainText("what is 8 * 8?");
  await look(dashboard, "snapshot");

  await choose(dashboard, taken, "Compare");
  const comparison = dashboard.getByRole("region", { name: "Comparison" });
  await expect(comparison).toContainText("added");
  await expect(comparison.getByRole("list", { name: "Messages that differ" })).toContainText(
    "what is 8 * 8?",
  );
  await expect(comparison.getByRole("table", { name: "Tokens of both" })).toContainText(/\+\d+/);
  await look(dashboard, "comparison");
  await choose(dashboard, list(dashboard).getByRole("option").last(), "Compare");
  await expect(comparison.getByLabel("From")).toHaveValue(/^n\d+$/);
  await expect(comparison.getByLabel("To")).toHaveValue(/^n\d+$/);
  await expect(comparison).not.toContainText("what is 8 * 8?");
  await dashboard.getByRole("button", { name: "Back to now" }).click();
  await expect(comparison).toHaveCount(0);
});

test("a fork is a new agent that begins with the context of a snapshot and goes on", async ({
  dashboard,
  client,
}) => {
  const { agentId } = await client.request("agents.launch", { agent: "maths-tutor", task: "what is 6 * 7?" });
  await client.untilEnded(agentId);
  await openContext(dashboard, agentId);
  await list(dashboard).focus();
  await dashboard.keyboard.press("ArrowDown");
  await dashboard.keyboard.press("f");
  const dialog = dashboard.getByRole("dialog", { name: /^Fork a1 at n/ });
  await dialog.getByLabel("Message to begin with").fill("what is 9 * 9?");
  await look(dashboard, "fork");
  await dialog.getByRole("button", { name: "Fork" }).click();
  await expect(dashboard.getByRole("heading", { level: 1 })).toContainText("a2");
  await expect(dashboard.getByRole("region", { name: "Answer" })).toContainText("9 * 9 = 81");
  await expect(dashboard.getByText("forked from a1")).toBeVisible();
  await openContext(dashboard, "a2");
  await expect(pane(dashboard)).toContainText("what is 6 * 7?");
  await expect(pane(dashboard)).toContainText("what is 9 * 9?");
  const { messages } = await client.request("context.view", { agentId });
  expect(JSON.stringify(messages)).not.toContain("9 * 9");
  await dashboard.getByRole("tab", { name: "Transcript" }).click();
  await look(dashboard, "forked");
  await dashboard.getByRole("complementary", { name: "Facts" }).getByRole("link", { name: /^a1/ }).click();
  await expect(dashboard.getByRole("heading", { level: 1 })).toContainText("a1");
});

test("a rewind lists what stays done, the agent goes on from there, and a rewind brings all back", async ({
  dashboard,
  client,
}) => {
  const { agentId } = await client.request("agents.launch", {
    agent: "file-clerk",
    task: "Create a file hello.txt saying Hello from the file clerk",
  });
  await allowAndEnd(client, agentId);
  await openContext(dashboard, agentId);
  const beforeTools = list(dashboard).getByRole("option").filter({ hasText: "Before its tools" }).last();
  await choose(dashboard, beforeTools, "Rewind");
  const dialog = dashboard.getByRole("dialog", { name: /^Rewind a1 to n/ });
  await expect(dialog.getByRole("list", { name: "Effects that stay" })).toContainText("hello.txt");
  await look(dashboard, "rewind");
  await dialog.getByRole("radio", { name: "Stay paused" }).check();
  await dialog.getByRole("button", { name: "Rewind" }).click();
  await expect(dialog).toHaveCount(0);
  const undo = list(dashboard).getByRole("option").filter({ hasText: "Before rewind" });
  await expect(undo).toBeVisible();
  await expect(undo).toContainText("Left behind");
  await expect(dashboard.getByRole("button", { name: "Resume" })).toBeVisible();
  await look(dashboard, "rewound");

  await choose(dashboard, undo, "Rewind");
  const back = dashboard.getByRole("dialog", { name: /^Rewind a1 to n/ });
  await expect(back).toContainText("Nothing outside was changed since.");
  await back.getByLabel("Message to begin with").fill("What files are there?");
  await back.getByRole("button", { name: "Rewind" }).click();
  await expect(back).toHaveCount(0);
  await expect(pane(dashboard)).toContainText("What files are there?");
  await expect(dashboard.getByRole("region", { name: "Answer" })).toContainText("hello.txt");
  await dashboard.getByRole("tab", { name: "Transcript" }).click();
  await expect(dashboard.getByRole("list", { name: "Transcript" })).toContainText(
    /Rewound to n\d+; 1 effect/,
  );
  await look(dashboard, "rewound-transcript");
});

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
  writeFiles(host.dataFolder, 90);
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
  await expect(pane(dashboard)).toContainText("Result removed");
  await look(dashboard, "compacted");
  await compactions.getByRole("button", { name: "Before and after" }).first().click();
  const dialog = dashboard.getByRole("dialog", { name: "Before and after" });
  await expect(dialog.getByRole("region", { name: "Before" })).toContainText("Line 1: the reading room");
  await expect(dialog.getByRole("region", { name: "After" })).not.toContainText("Line 90: the reading room");
  await look(dashboard, "before-and-after");
  await dashboard.keyboard.press("Escape");
  await compactions.getByRole("button", { name: "Undo" }).first().click();
  await expect(compactions).toContainText("Undone");
  await expect(pane(dashboard)).not.toContainText("Result removed");
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
  await expect(list(dashboard)).toContainText("Before compaction");
  await expect(dashboard.getByRole("region", { name: "Answer" })).toContainText("1360 words");
  await dashboard.getByRole("tab", { name: "Transcript" }).click();
  await expect(dashboard.getByRole("list", { name: "Transcript" })).toContainText("Context made smaller");
  await dashboard.getByRole("tab", { name: "Context" }).click();
  await look(dashboard, "filled");
  const summary = pane(dashboard).getByRole("button", { name: "Before and after" });
  await summary.scrollIntoViewIfNeeded();
  await expect(pane(dashboard)).toContainText("Summary");
  await look(dashboard, "summary");
  await summary.click();
  const dialog = dashboard.getByRole("dialog", { name: "Before and after" });
  await expect(dialog.getByRole("region", { name: "Before" })).toContainText("one.md has 1360 words.");
  await expect(dialog.getByRole("region", { name: "After" })).toContainText("Summary");
  await look(dashboard, "summary-before-and-after");
});

test.describe("while it answers", () => {
  test.use({ settings: { offlineTokensPerSecond: 1, sliceTokens: 4 } });

  test("what has begun stands at the end, marked as not finished, and slices leave snapshots", async ({
    dashboard,
    client,
  }) => {
    const { agentId } = await client.request("agents.launch", {
      agent: "maths-tutor",
      task: "list the first 30 primes",
    });
    await client.request("agents.launch", { agent: "maths-tutor", task: "list the first 40 primes" });
    await client.request("agents.launch", { agent: "maths-tutor", task: "list the first 50 primes" });
    await openContext(dashboard, agentId);
    await expect(pane(dashboard)).toContainText("Not finished");
    await pane(dashboard).getByText("Not finished").scrollIntoViewIfNeeded();
    await takeScreenshot(dashboard, "context-begun");
    const slice = list(dashboard).getByRole("option").filter({ hasText: "Slice ended" }).first();
    await expect(slice).toContainText("tok unfinished");
    await look(dashboard, "partial");
    await choose(dashboard, slice, "View");
    await expect(pane(dashboard).getByRole("note")).toContainText("As it stood at n");
    await expect(pane(dashboard)).toContainText("Not finished");
  });
});
