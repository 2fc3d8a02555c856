import { createRequire } from "node:module";
import { type MisbehavingServer, startMisbehavingServer } from "./misbehaving-server.ts";
import { violations } from "./support/axe.ts";
import { expect, open, takeScreenshot, test } from "./support/dashboard.ts";
import { answerOf, callOf } from "./support/scripted.ts";

const EVERYTHING = createRequire(import.meta.url).resolve(
  "@modelcontextprotocol/server-everything/dist/index.js",
);

let model: MisbehavingServer;
test.beforeEach(async () => {
  model = await startMisbehavingServer();
});
test.afterEach(() => model.close());

test("a server's question is answered in the Inbox, and the server gets what was typed", async ({
  dashboard,
  client,
}) => {
  const name = "everything";
  await client.request("servers.add", {
    name,
    transport: { type: "stdio", command: process.execPath, args: [EVERYTHING, "stdio"] },
  });
  const { digest } = await client.request("servers.inspect", { name });
  await client.request("servers.enable", { name, digest: digest ?? "" });
  await client.request("cores.add", { baseUrl: model.baseUrl, model: "scripted" });
  const tool = "everything__trigger-elicitation-request";
  await client.request("rules.add", {
    draft: { verdict: "allow", agent: null, tool, effect: null, pattern: "**" },
  });
  model.enqueue(callOf("call_1", tool, {}), answerOf("Asked."));
  const { agentId } = await client.request("agents.launch", {
    agent: "file-clerk",
    task: "let the server ask",
    model: "scripted",
    servers: [name],
  });

  const rail = dashboard.getByRole("navigation", { name: "Screens" });
  await expect(rail.getByRole("button", { name: /^Inbox.* 1 waiting/ })).toBeVisible();
  await expect(dashboard).toHaveTitle("(1) AIOS Desktop");
  await expect(
    dashboard.getByRole("status").filter({ hasText: "The server everything asks" }),
  ).toBeAttached();
  await open(dashboard, "Inbox");
  const question = dashboard.getByRole("article", { name: "The server everything asks you" });
  await expect(question).toContainText("A server asks this, not AIOS and not one of your agents");
  await expect(question).toContainText("Never type a password");
  await expect(question.getByRole("timer")).toContainText(/expires in 0\d:\d\d/);
  expect.soft(await violations(dashboard)).toEqual([]);

  await question.getByLabel("String", { exact: true }).fill("Ada");
  await question.getByLabel(/^String with email format/).fill("ada");
  await dashboard.getByRole("button", { name: /^Send answer/ }).click();
  await expect(question.getByText("Expected an address such as ada@example.com")).toBeVisible();
  await expect(question.getByLabel(/^String with email format/)).toBeFocused();
  await takeScreenshot(dashboard, "inbox-question-everything");
  await question.getByLabel(/^String with email format/).fill("ada@example.com");
  await question.getByLabel("Drums").check();
  await dashboard.getByRole("button", { name: /^Send answer/ }).click();

  expect(await client.untilEnded(agentId)).toMatchObject({ status: "done", answer: "Asked." });
  const told = JSON.stringify(model.completions.at(-1)?.body);
  expect(told).toContain("ada@example.com");
  expect(told).toContain("Drums");
  await expect(dashboard.getByText("Nothing wants you.")).toBeVisible();
  await expect(rail.getByRole("button", { name: "Inbox", exact: true })).toBeVisible();
});

test("a declined question is told to the server as declined, by a key alone", async ({
  dashboard,
  client,
}) => {
  const name = "everything";
  await client.request("servers.add", {
    name,
    transport: { type: "stdio", command: process.execPath, args: [EVERYTHING, "stdio"] },
  });
  const { digest } = await client.request("servers.inspect", { name });
  await client.request("servers.enable", { name, digest: digest ?? "" });
  await client.request("cores.add", { baseUrl: model.baseUrl, model: "scripted" });
  model.enqueue(callOf("call_1", "everything__trigger-elicitation-request", {}), answerOf("Declined."));
  await client.request("settings.update", { mode: "run-freely" });
  const { agentId } = await client.request("agents.launch", {
    agent: "file-clerk",
    task: "let the server ask",
    model: "scripted",
    servers: [name],
  });
  await open(dashboard, "Inbox");
  await expect(dashboard.getByRole("article")).toContainText("The server everything asks you");
  await expect(dashboard.getByRole("button", { name: /^Decline/ })).not.toHaveAttribute(
    "aria-disabled",
    "true",
  );
  await dashboard.keyboard.press("d");
  expect(await client.untilEnded(agentId)).toMatchObject({ status: "done", answer: "Declined." });
  expect(JSON.stringify(model.completions.at(-1)?.body)).toMatch(/declined/i);
});
