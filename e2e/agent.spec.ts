import { z } from "zod";
import { startMisbehavingServer } from "./misbehaving-server.ts";
import { expect, openAgent, takeScreenshot, test } from "./support/dashboard.ts";

const bodySchema = z.object({
  messages: z.array(z.object({ role: z.string(), content: z.string().nullable() })),
});

test("the transcript shows the task, each model call, the tool with its result, and the answer", async ({
  dashboard,
  client,
}) => {
  const { agentId } = await client.request("agents.launch", {
    agent: "maths-tutor",
    task: "what is 23 * 19 plus 7?",
  });
  await openAgent(dashboard, agentId);
  const transcript = dashboard.getByRole("list", { name: "Transcript" });
  await expect(transcript).toContainText("what is 23 * 19 plus 7?");
  await expect(transcript).toContainText("calls calculate");
  await expect(transcript).toContainText("444");
  await expect(dashboard.getByRole("region", { name: "Answer" })).toContainText("23 * 19 + 7 = 444");
  await transcript.getByRole("button", { name: /^Instructions/ }).click();
  await expect(transcript).toContainText("You are a maths tutor.");
});

test("each syscall has its wait, its service, its turn on a slot and the reason for it", async ({
  dashboard,
  client,
}) => {
  const { agentId } = await client.request("agents.launch", { agent: "maths-tutor", task: "what is 6 * 7?" });
  await client.untilEnded(agentId);
  await openAgent(dashboard, agentId);
  await dashboard.getByRole("tab", { name: /^Syscalls/ }).click();
  const table = dashboard.getByRole("table", { name: "Syscalls" });
  const { items } = await client.request("agents.detail", { agentId });
  const calls = items.flatMap((item) => (item.kind === "syscall" ? [item.syscall] : []));
  await expect(table.getByRole("row")).toHaveCount(calls.length + 1);
  for (const { id, call } of calls) {
    const row = table.getByRole("row").filter({ has: dashboard.locator(`#syscall-${id}`) });
    await expect(row).toContainText(call.kind);
    await expect(row).toContainText("Done");
    // Wait, service and turnaround.
    await expect(row.getByText(/^[\d.:,]+ ?(?:ms|s|min)$/)).toHaveCount(3);
  }
  await table.getByRole("row").nth(2).click();
  await expect(dashboard.getByRole("main")).toContainText("round-robin");
  await expect(dashboard.getByRole("main")).toContainText("expression");
  await takeScreenshot(dashboard, "agent-syscalls");
});

test("the prompt of each model call is the one that the server got, word for word", async ({
  dashboard,
  client,
}) => {
  const server = await startMisbehavingServer();
  await client.request("cores.add", { baseUrl: server.baseUrl, model: "tools" });
  const task = "what is 6 * 7?\n  Mind the <b>spaces</b>  & the line breaks.";
  const { agentId } = await client.request("agents.launch", { agent: "maths-tutor", task, model: "tools" });
  await client.untilEnded(agentId);
  await openAgent(dashboard, agentId);
  await dashboard.getByRole("tab", { name: "Context" }).click();
  const choice = dashboard.getByLabel("Context shown", { exact: true }).and(dashboard.getByRole("combobox"));
  await expect(choice.getByRole("option", { name: /^Prompt of call/ })).toHaveCount(2);
  const panel = dashboard.getByRole("tabpanel", { name: "Context" });
  for (const [index, { body }] of server.completions.entries()) {
    // What the next call would be sent stands first, then the newest call.
    await choice.selectOption({ index: server.completions.length - index });
    const { messages } = bodySchema.parse(body);
    for (const { content } of messages) {
      if (content) await expect.poll(() => panel.textContent()).toContain(content);
    }
    await expect(panel).toContainText("tokens, estimated");
    await expect(panel.getByRole("button", { name: /calculate/ })).toBeVisible();
  }
  const { items } = await client.request("agents.detail", { agentId });
  const ids = items.flatMap((item) =>
    item.kind === "syscall" && item.syscall.call.kind === "llm" ? [item.syscall.id] : [],
  );
  for (const [index, syscallId] of ids.entries()) {
    const prompt = await client.request("syscalls.prompt", { syscallId });
    const sent = bodySchema.parse(server.completions[index]?.body).messages;
    expect(prompt.messages.map(({ role, content }) => [role, content])).toEqual(
      sent.map(({ role, content }) => [role, content ?? ""]),
    );
  }
  await takeScreenshot(dashboard, "agent-prompt");
  await server.close();
});

test("an answer appears while it streams", async ({ dashboard, client }) => {
  const server = await startMisbehavingServer({
    answer: "one two three four five six seven",
    pieceDelayMs: 400,
  });
  await client.request("cores.add", { baseUrl: server.baseUrl, model: "good" });
  const { agentId } = await client.request("agents.launch", {
    agent: "maths-tutor",
    task: "count",
    model: "good",
  });
  await openAgent(dashboard, agentId);
  const transcript = dashboard.getByRole("list", { name: "Transcript" });
  await expect(transcript).toContainText("one two");
  await expect(transcript).not.toContainText("seven");
  await expect(dashboard.getByRole("region", { name: "Answer" })).toContainText("six seven");
  await server.close();
});

test("a message makes an agent that is done go on", async ({ dashboard, client }) => {
  const { agentId } = await client.request("agents.launch", { agent: "maths-tutor", task: "what is 6 * 7?" });
  await client.untilEnded(agentId);
  await openAgent(dashboard, agentId);
  await dashboard.getByRole("textbox").fill("what is 8 * 8?");
  await dashboard.getByRole("button", { name: /^Send/ }).click();
  await expect(dashboard.getByRole("region", { name: "Answer" })).toContainText("8 * 8 = 64");
});

test("a planner's children are a click away", async ({ dashboard, client }) => {
  const task = "What is 6 * 7, and how many days are there until Christmas?";
  const { agentId } = await client.request("agents.launch", { agent: "planner", task });
  await client.untilEnded(agentId);
  await openAgent(dashboard, agentId);
  await expect(dashboard.getByRole("region", { name: "Answer" })).toContainText("42");
  await dashboard.getByRole("complementary", { name: "Facts" }).getByRole("link", { name: /^a2/ }).click();
  await expect(dashboard.getByRole("heading", { level: 1 })).toContainText("a2");
  await expect(dashboard.getByRole("complementary", { name: "Facts" })).toContainText("Started by");
});

test("an agent that is not there is said not to be", async ({ dashboard }) => {
  await openAgent(dashboard, "a99");
  await expect(dashboard.getByText("There is no agent a99 here.")).toBeVisible();
});
