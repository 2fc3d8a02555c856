import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import type { Page } from "@playwright/test";
import type { EventOf, KernelEvent } from "../shared/events.ts";
import { type MisbehavingServer, startMisbehavingServer } from "./misbehaving-server.ts";
import { connect } from "./support/client.ts";
import { expect, open, openAgent, statusBar, takeScreenshot, test } from "./support/dashboard.ts";
import { makeDataFolder, removeDataFolders, writeInto } from "./support/data-folder.ts";
import { startHost } from "./support/host.ts";
import { endPrograms } from "./support/program.ts";
import { answerOf, callOf, callsOf } from "./support/scripted.ts";

const FIFTY = Array.from({ length: 50 }, (_, index) => `note-${String(index + 1).padStart(2, "0")}.txt`);
const writesOfFifty = callsOf(
  FIFTY.map((path, index) => ({
    id: `call_${index}`,
    name: "write_file",
    args: { path, content: `${path}\n` },
  })),
);
const rows = (page: Page) =>
  page.getByRole("list", { name: "Requests that wait for you" }).getByRole("button");
const isRequest = (event: KernelEvent): event is EventOf<"approval.requested"> =>
  event.type === "approval.requested";
const written = (dataFolder: string): readonly string[] =>
  readdirSync(join(dataFolder, "workspace")).filter((name) => name.startsWith("note-"));

let server: MisbehavingServer;
test.beforeEach(async () => {
  server = await startMisbehavingServer();
});
test.afterEach(() => server.close());

test("fifty at once: nothing moves under the pointer, a kill in the middle loses none, and one answer ends the rest", async ({
  dashboard,
  client,
  host,
}) => {
  server.enqueue(writesOfFifty, answerOf("All are written."));
  await client.request("cores.add", { baseUrl: server.baseUrl, model: "scripted" });
  const task = { agent: "file-clerk", task: "write fifty notes", model: "scripted" };
  const { agentId } = await client.request("agents.launch", task);
  await open(dashboard, "Inbox");
  await expect(rows(dashboard)).toHaveCount(50);
  await expect(dashboard).toHaveTitle("(50) AIOS Desktop");
  await takeScreenshot(dashboard, "inbox-fifty");

  // Answered from elsewhere while the pointer is over the list.
  const texts = await rows(dashboard).allTextContents();
  const paths = texts.map((text) => /note-\d+/.exec(text)?.[0]);
  await rows(dashboard).nth(20).hover();
  const asked = client.events.filter(isRequest);
  for (const { approval } of asked.slice(0, 5)) {
    await client.request("approvals.answer", { approvalId: approval.id, answer: { type: "once" } });
  }
  await expect(rows(dashboard).filter({ hasText: "answered" })).toHaveCount(5);
  const held = (await rows(dashboard).allTextContents()).map((text) => /note-\d+/.exec(text)?.[0]);
  expect(held).toEqual(paths);
  await takeScreenshot(dashboard, "inbox-fifty-held");
  await dashboard.mouse.move(900, 300);
  await expect(rows(dashboard)).toHaveCount(45);

  await expect.poll(() => written(host.dataFolder).length).toBe(5);
  await host.kill();
  const again = await startHost(host.dataFolder, { port: host.port, token: host.token });
  await expect(statusBar(dashboard)).toContainText("Connected");
  await expect(rows(dashboard)).toHaveCount(45);

  const after = await connect(again);
  await rows(dashboard).first().click();
  await dashboard.getByLabel(/^45 alike/).check();
  await dashboard.getByRole("button", { name: /^Allow all 45 once/ }).click();
  await expect(dashboard.getByText("Nothing wants you.").or(rows(dashboard).first())).not.toContainText(
    "note-",
  );
  expect(await after.untilEnded(agentId)).toMatchObject({ status: "done", answer: "All are written." });
  expect(written(host.dataFolder)).toEqual(FIFTY);
  // No request was asked anew by the restart.
  expect(after.events.filter(isRequest)).toHaveLength(50);
  after.close();
});

test.describe("in mode ask", () => {
  test.use({ settings: { offlineTokensPerSecond: 5_000, mode: "ask" } });

  test("identical low-risk calls are one card with one answer", async ({ dashboard, client, host }) => {
    writeInto(host.dataFolder, "workspace/todo.md", "- rest\n");
    const read = (id: string, path: string) => ({ id, name: "read_file", args: { path } });
    server.enqueue(
      callsOf([...[1, 2, 3, 4, 5].map((n) => read(`call_${n}`, "todo.md")), read("call_6", "welcome.md")]),
      answerOf("Read."),
    );
    await client.request("cores.add", { baseUrl: server.baseUrl, model: "scripted" });
    const task = { agent: "file-clerk", task: "read it five times", model: "scripted" };
    const { agentId } = await client.request("agents.launch", task);
    await open(dashboard, "Inbox");
    await expect(rows(dashboard)).toHaveCount(2);
    await rows(dashboard).filter({ hasText: "todo.md" }).click();
    await expect(dashboard.getByRole("article")).toContainText("5 identical calls, one answer");
    await dashboard.getByRole("button", { name: /^Allow all 5 once/ }).click();
    await expect(rows(dashboard)).toHaveCount(1);
    await dashboard.getByRole("button", { name: /^Allow once/ }).click();
    expect(await client.untilEnded(agentId)).toMatchObject({ status: "done", answer: "Read." });
  });
});

test.describe("by a fast clock", () => {
  test.afterEach(async () => {
    await endPrograms();
    removeDataFolders();
  });

  test("a request that nobody answers expires, and the agent reads so", async ({ page }) => {
    server.enqueue(
      callOf("call_1", "write_file", { path: "late.txt", content: "late\n" }),
      answerOf("Too late."),
    );
    const host = await startHost(makeDataFolder({}), {
      preload: join(import.meta.dirname, "support", "fast-clock.ts"),
    });
    await page.goto(host.address);
    await open(page, "Inbox");
    // By this clock a client is gone that says nothing for the better part of a second: it comes when it has to speak.
    const client = await connect(host);
    await client.request("cores.add", { baseUrl: server.baseUrl, model: "scripted" });
    const task = { agent: "file-clerk", task: "write late.txt", model: "scripted" };
    const { agentId } = await client.request("agents.launch", task);
    await expect(page.getByRole("article").getByRole("timer")).toContainText(/expires in \d\d:\d\d/);
    await expect(page.getByRole("list", { name: "Decided requests" })).toContainText("Expired");
    await expect(page.getByRole("article")).toContainText("Expired without an answer");
    await takeScreenshot(page, "inbox-expired");
    // The page, which was cut off too, connects again, and so shows how it went on.
    await openAgent(page, agentId);
    await expect(page.getByRole("region", { name: "Answer" })).toContainText("Too late.");
    expect(existsSync(join(host.dataFolder, "workspace", "late.txt"))).toBe(false);
    expect(JSON.stringify(server.completions.at(-1)?.body)).toContain("expired");
    client.close();
  });
});

test("a killed agent takes its request with it", async ({ dashboard, client }) => {
  server.enqueue(callOf("call_1", "write_file", { path: "never.txt", content: "never\n" }));
  await client.request("cores.add", { baseUrl: server.baseUrl, model: "scripted" });
  const task = { agent: "file-clerk", task: "write never.txt", model: "scripted" };
  const { agentId } = await client.request("agents.launch", task);
  await open(dashboard, "Inbox");
  await expect(rows(dashboard)).toHaveCount(1);
  await client.request("agents.kill", { agentId });
  await expect(rows(dashboard)).toHaveCount(0);
  await expect(dashboard.getByRole("article")).toContainText("Withdrawn when the agent ended");
  await expect(dashboard.getByRole("button", { name: /^Allow once/ })).toBeHidden();
  await expect(dashboard).toHaveTitle("AIOS Desktop");
});

test("edited arguments are what runs, and what they make riskier is asked about again", async ({
  dashboard,
  client,
  host,
}) => {
  await client.request("rules.add", {
    draft: { verdict: "ask", agent: null, tool: null, effect: "write", pattern: "locked/**" },
  });
  server.enqueue(
    callOf("call_1", "write_file", { path: "wrong.txt", content: "one\n" }),
    callOf("call_2", "write_file", { path: "two.txt", content: "two\n" }),
    answerOf("Written."),
  );
  await client.request("cores.add", { baseUrl: server.baseUrl, model: "scripted" });
  const task = { agent: "file-clerk", task: "write two files", model: "scripted" };
  const { agentId } = await client.request("agents.launch", task);
  await open(dashboard, "Inbox");
  await expect(rows(dashboard)).toHaveCount(1);
  const workspace = join(host.dataFolder, "workspace");

  await dashboard.keyboard.press("e");
  await expect(dashboard.getByLabel("path")).toBeFocused();
  await expect(dashboard.getByRole("button", { name: "Send changed call" })).toBeDisabled();
  await dashboard.getByLabel("path").fill("right.txt");
  await dashboard.getByRole("button", { name: "As JSON" }).click();
  await expect(dashboard.getByLabel("Arguments as JSON")).toHaveValue(/"path": "right.txt"/);
  await dashboard.getByRole("button", { name: "Send changed call" }).click();
  await expect.poll(() => existsSync(join(workspace, "right.txt"))).toBe(true);
  expect(existsSync(join(workspace, "wrong.txt"))).toBe(false);

  await rows(dashboard).filter({ hasText: "two.txt" }).click();
  const title = dashboard.getByRole("article");
  const first = /p\d+ for s\d+/.exec((await title.textContent()) ?? "")?.[0] ?? "";
  await dashboard.getByRole("button", { name: /^Edit/ }).click();
  await dashboard.getByLabel("path").fill("locked/two.txt");
  await dashboard.getByRole("button", { name: "Send changed call" }).click();
  // The new request of the same call stands where the first one did.
  await expect(title).toContainText("locked/two.txt");
  const second = /p\d+ for s\d+/.exec((await title.textContent()) ?? "")?.[0] ?? "";
  expect(second.split(" for ")[1]).toBe(first.split(" for ")[1]);
  expect(second).not.toBe(first);
  expect(existsSync(join(workspace, "locked"))).toBe(false);
  await dashboard.getByRole("button", { name: /^Allow once/ }).click();
  expect(await client.untilEnded(agentId)).toMatchObject({ status: "done" });
  expect(existsSync(join(workspace, "locked", "two.txt"))).toBe(true);
});
