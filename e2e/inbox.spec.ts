import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { startMisbehavingServer } from "./misbehaving-server.ts";
import { expect, open, openAgent, takeScreenshot, test } from "./support/dashboard.ts";
import { writeInto } from "./support/data-folder.ts";
import { answerOf, callOf } from "./support/scripted.ts";

const SQUARES = { agent: "file-clerk", task: "write the squares of 1 to 5 into squares.txt" };

test("a file write waits with agent, tool, arguments and diff, and is done once allowed", async ({
  dashboard,
  client,
  host,
}) => {
  await open(dashboard, "Inbox");
  await expect(dashboard.getByText("Nothing wants you.")).toBeVisible();
  await takeScreenshot(dashboard, "inbox-empty");
  const { agentId } = await client.request("agents.launch", SQUARES);
  const rail = dashboard.getByRole("navigation", { name: "Screens" });
  await expect(rail.getByRole("button", { name: /^Inbox.* 1 waiting/ })).toBeVisible();

  await dashboard.getByRole("list", { name: "Requests that wait for you" }).getByRole("button").click();
  const request = dashboard.getByRole("article");
  await expect(request.getByRole("heading", { level: 2 })).toContainText(
    `File clerk ${agentId} asks to use write_file`,
  );
  await expect(request).toContainText("squares.txt");
  await expect(request).toContainText("content");
  const diff = request.getByRole("table", { name: "Changes to squares.txt" });
  await expect(diff.getByRole("row")).toHaveCount(5);
  await expect(diff.getByRole("row").last()).toContainText("25");
  await expect(request).toContainText("New file");
  await takeScreenshot(dashboard, "inbox-new-file");
  const file = join(host.dataFolder, "workspace", "squares.txt");
  expect(existsSync(file)).toBe(false);

  await dashboard.getByRole("button", { name: "Allow once" }).click();
  await client.untilEnded(agentId);
  expect(readFileSync(file, "utf8")).toBe("1\n4\n9\n16\n25\n");
  await expect(rail.getByRole("button", { name: "Inbox", exact: true })).toBeVisible();
  await expect(dashboard.getByRole("list", { name: "Decided requests" })).toContainText(
    "You allowed it once",
  );
  await openAgent(dashboard, agentId);
  await expect(dashboard.getByRole("region", { name: "Answer" })).toContainText("1, 4, 9, 16, 25");
});

test("a change of a file shows what goes and what comes", async ({ dashboard, client, host }) => {
  const before = Array.from({ length: 30 }, (_, index) => `line ${index + 1}`).join("\n");
  writeInto(host.dataFolder, "workspace/list.txt", `${before}\n`);
  const after = before.replace("line 12", "line twelve").replace("line 25\n", "");
  const server = await startMisbehavingServer({
    script: [
      callOf("call_1", "write_file", { path: "list.txt", content: `${after}\n` }),
      answerOf("Changed."),
    ],
  });
  await client.request("cores.add", { baseUrl: server.baseUrl, model: "scripted" });
  await client.request("agents.launch", { agent: "file-clerk", task: "mend list.txt", model: "scripted" });
  await open(dashboard, "Inbox");
  await dashboard.getByRole("list", { name: "Requests that wait for you" }).getByRole("button").click();
  const diff = dashboard.getByRole("table", { name: "Changes to list.txt" });
  await expect(diff.getByRole("row", { name: "line twelve" })).toContainText("added");
  await expect(diff.getByRole("row", { name: "line 25" })).toContainText("removed");
  await expect(diff).toContainText("unchanged lines");
  await takeScreenshot(dashboard, "inbox-diff");
  await server.close();
});

test("for this run: the second write is not asked, and the grant can be seen", async ({
  dashboard,
  client,
  host,
}) => {
  const server = await startMisbehavingServer({
    script: [
      callOf("call_1", "write_file", { path: "one.txt", content: "1\n" }),
      callOf("call_2", "write_file", { path: "two.txt", content: "2\n" }),
      answerOf("Both are written."),
    ],
  });
  await client.request("cores.add", { baseUrl: server.baseUrl, model: "scripted" });
  const { agentId } = await client.request("agents.launch", {
    agent: "file-clerk",
    task: "write two files",
    model: "scripted",
  });
  await open(dashboard, "Inbox");
  await dashboard.getByRole("list", { name: "Requests that wait for you" }).getByRole("button").click();
  await expect(dashboard.getByText(`${agentId} may use write_file until it ends`)).toBeVisible();
  await dashboard.getByRole("button", { name: "Allow for this run" }).click();
  expect(await client.untilEnded(agentId)).toMatchObject({ status: "done", answer: "Both are written." });
  expect(readFileSync(join(host.dataFolder, "workspace", "two.txt"), "utf8")).toBe("2\n");
  expect(client.events.filter(({ type }) => type === "approval.requested")).toHaveLength(1);
  await openAgent(dashboard, agentId);
  await expect(dashboard.getByText("You allowed it for this run")).toBeVisible();
  await expect(dashboard.getByText("Allowed by an earlier answer for this run")).toBeVisible();
  await server.close();
});

test("denied with a reason: no file, and the agent learns the reason", async ({
  dashboard,
  client,
  host,
}) => {
  const { agentId } = await client.request("agents.launch", SQUARES);
  await open(dashboard, "Inbox");
  await dashboard.getByRole("list", { name: "Requests that wait for you" }).getByRole("button").click();
  await dashboard.getByLabel("Reason for the agent").fill("that name is taken by a colleague");
  await dashboard.getByRole("button", { name: /^Deny/ }).click();
  const { answer } = await client.untilEnded(agentId);
  expect(answer).toContain("that name is taken by a colleague");
  expect(existsSync(join(host.dataFolder, "workspace", "squares.txt"))).toBe(false);
  await expect(dashboard.getByRole("list", { name: "Decided requests" })).toContainText("You denied it");
  await openAgent(dashboard, agentId);
  await expect(dashboard.getByRole("region", { name: "Answer" })).toContainText("that name is taken");
});

test("requests are answered with the keyboard, and a letter typed into the reason answers nothing", async ({
  dashboard,
  client,
}) => {
  const launched = await Promise.all(
    ["one", "two"].map((name) =>
      client.request("agents.launch", {
        agent: "file-clerk",
        task: `create a file ${name}.txt saying Hello`,
      }),
    ),
  );
  await open(dashboard, "Inbox");
  const waiting = dashboard.getByRole("list", { name: "Requests that wait for you" }).getByRole("button");
  await expect(waiting).toHaveCount(2);
  await dashboard.keyboard.press("j");
  await expect(dashboard.getByRole("article")).toContainText("asks to use");
  await dashboard.keyboard.press("d");
  await expect(dashboard.getByLabel("Reason for the agent")).toBeFocused();
  await dashboard.keyboard.type("a r j no");
  await expect(waiting).toHaveCount(2);
  await dashboard.keyboard.press("Enter");
  await expect(waiting).toHaveCount(1);
  await expect(dashboard.getByRole("button", { name: "Allow once" })).toBeVisible();
  await dashboard.keyboard.press("j");
  await expect(dashboard.getByRole("button", { name: "Allow once" })).not.toHaveAttribute(
    "aria-disabled",
    "true",
  );
  await dashboard.keyboard.press("a");
  await expect(waiting).toHaveCount(0);
  const endings = await Promise.all(launched.map(({ agentId }) => client.untilEnded(agentId)));
  const denied = endings.filter(({ answer }) => answer?.includes("a r j no"));
  expect(denied).toHaveLength(1);
});
