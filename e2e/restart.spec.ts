import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { EventOf } from "../shared/events.ts";
import { type MisbehavingServer, startMisbehavingServer } from "./misbehaving-server.ts";
import { boughtTwice } from "./support/bought.ts";
import { connect } from "./support/client.ts";
import { expect, open, openAgent, rowOf, statusBar, takeScreenshot, test } from "./support/dashboard.ts";
import { startHost } from "./support/host.ts";

/** Long enough that its stream is under way when the program ends. */
const LONG = Array.from({ length: 40 }, (_, index) => `word${index + 1}`).join(" ");

let server: MisbehavingServer;
test.beforeEach(async () => {
  server = await startMisbehavingServer({ answer: LONG, pieceDelayMs: 100 });
});
test.afterEach(() => server.close());

for (const way of ["stop", "kill"] as const) {
  const name = way === "stop" ? "after it was told to quit" : "after kill -9";
  test(`${name} in the middle, everything is there at the next start and goes on`, async ({
    dashboard,
    client,
    host,
  }) => {
    for (const model of ["good", "tools"]) {
      await client.request("cores.add", { baseUrl: server.baseUrl, model });
    }
    const launch = async (agent: string, task: string, model: string) =>
      (await client.request("agents.launch", { agent, task, model })).agentId;
    const done = await launch("maths-tutor", "what is 6 * 7?", "offline-planner");
    await client.untilEnded(done);
    const called = await launch("maths-tutor", "what is 6 * 7, with a tool?", "tools");
    await client.untilEnded(called);
    const asking = await launch("file-clerk", "create a file kept.txt saying Hello", "offline-planner");
    const { approval } = await client.until(
      "a request",
      (event): event is EventOf<"approval.requested"> => event.type === "approval.requested",
    );
    const streaming = await launch("maths-tutor", "count to forty", "good");
    await openAgent(dashboard, streaming);
    await expect(dashboard.getByRole("list", { name: "Transcript" })).toContainText("word3");

    await host[way]();
    await expect(dashboard.getByRole("alert")).toContainText(/lost|cannot be reached/);
    if (way === "kill") await takeScreenshot(dashboard, "connection-lost");
    const asked = server.completions.length;
    const { dataFolder, port, token } = host;
    const again = await startHost(dataFolder, { port, token });

    // The page that stayed open finds the new program by itself.
    await expect(statusBar(dashboard)).toContainText("Connected");
    await expect(dashboard.getByText(/The kernel was started again/)).toContainText(streaming);
    await expect(dashboard.getByRole("list", { name: "Transcript" })).toContainText(
      "Recovered after a restart",
    );
    if (way === "kill") await takeScreenshot(dashboard, "agent-recovered");
    await expect(dashboard.getByRole("region", { name: "Answer" })).toContainText("word40", {
      timeout: 30_000,
    });

    await open(dashboard, "Overview");
    await expect(rowOf(dashboard, done)).toContainText("Done");
    await expect(rowOf(dashboard, called)).toContainText("Done");
    await expect(rowOf(dashboard, asking)).toContainText("Asks you");
    await openAgent(dashboard, done);
    await expect(dashboard.getByRole("region", { name: "Answer" })).toContainText("6 * 7 = 42");
    await expect(dashboard.getByRole("list", { name: "Transcript" })).toContainText("calls calculate");

    await open(dashboard, "Inbox");
    await dashboard.getByRole("list", { name: "Requests that wait for you" }).getByRole("button").click();
    await expect(dashboard.getByRole("article")).toContainText(approval.id);
    await expect(dashboard.getByRole("table", { name: "Changes to kept.txt" })).toContainText("Hello");
    expect(existsSync(join(dataFolder, "workspace", "kept.txt"))).toBe(false);
    await dashboard.getByRole("button", { name: "Allow once" }).click();

    const after = await connect(again);
    expect(await after.untilEnded(asking)).toMatchObject({ status: "done" });
    expect(readFileSync(join(dataFolder, "workspace", "kept.txt"), "utf8")).toBe("Hello\n");
    const restarted = after.events.findLast(({ type }) => type === "kernel.started")?.seq ?? 0;
    const before = after.events.filter(({ seq }) => seq < restarted);
    expect(boughtTwice(before, server.completions.slice(asked))).toEqual([]);
    // The one call that was cut off is made again, and no other.
    expect(server.completions).toHaveLength(asked + 1);
    after.close();
    expect((await again.stop()).code).toBe(0);
  });
}
