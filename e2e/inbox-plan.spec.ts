import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Page } from "@playwright/test";
import { expect, open, openAgent, test } from "./support/dashboard.ts";
import { writeInto } from "./support/data-folder.ts";
import { look } from "./support/look.ts";

test.use({ settings: { offlineTokensPerSecond: 5_000, mode: "ask" } });

const rows = (page: Page) =>
  page.getByRole("list", { name: "Requests that wait for you" }).getByRole("button");

/** In this mode it asks as well before it reads what files there are. */
async function allowToRead(page: Page): Promise<void> {
  await rows(page).filter({ hasText: "plan_files" }).click();
  await page.getByRole("button", { name: /^Allow once/ }).click();
}

test("a plan of an agent is one request that lists its steps, and one answer does them all or none", async ({
  dashboard,
  client,
  host,
}) => {
  const workspace = join(host.dataFolder, "workspace");
  for (const name of ["a", "b", "c"]) writeInto(workspace, `${name}.txt`, `${name}\n`);
  writeInto(workspace, "archive/.keep", "");
  const task = { agent: "file-clerk", task: "Move all .txt files to archive" };
  const denied = (await client.request("agents.launch", task)).agentId;
  await open(dashboard, "Inbox");
  await allowToRead(dashboard);
  await rows(dashboard).filter({ hasText: "apply_plan" }).click();
  await expect(rows(dashboard)).toHaveCount(1);
  const request = dashboard.getByRole("article");
  const plan = request.getByRole("figure", { name: "Plan" });
  await expect(plan.getByRole("heading")).toHaveText("Move 3 files or folders");
  await expect(plan.getByRole("listitem")).toHaveText([/a\.txt/, /b\.txt/, /c\.txt/]);
  const lists = await request.getByRole("list").count();
  await look(dashboard, "inbox-plan");
  // It is drawn anew each second, and says everything once all the same.
  await expect(request).toContainText(/\((?:[2-9]|\d\d+) s ago\)/);
  await expect(request.getByRole("list")).toHaveCount(lists);
  await dashboard.getByLabel("Reason for the agent").fill("I still need them here");
  await dashboard.getByRole("button", { name: /^Deny/ }).click();
  expect((await client.untilEnded(denied)).answer).toContain("I still need them here");
  expect(readFileSync(join(workspace, "a.txt"), "utf8")).toBe("a\n");

  const allowed = (await client.request("agents.launch", task)).agentId;
  await allowToRead(dashboard);
  await rows(dashboard).filter({ hasText: "apply_plan" }).click();
  await dashboard.getByRole("button", { name: /^Allow once/ }).click();
  expect(await client.untilEnded(allowed)).toMatchObject({ status: "done" });
  for (const name of ["a", "b", "c"]) {
    expect(readFileSync(join(workspace, "archive", `${name}.txt`), "utf8")).toBe(`${name}\n`);
    expect(existsSync(join(workspace, `${name}.txt`))).toBe(false);
  }
  const asked = client.events.flatMap((event) => (event.type === "approval.requested" ? [event] : []));
  expect(asked.map(({ approval }) => approval.tool)).toEqual([
    "plan_files",
    "apply_plan",
    "plan_files",
    "apply_plan",
  ]);
  await openAgent(dashboard, allowed);
  await expect(dashboard.getByRole("region", { name: "Answer" })).toContainText("3 steps");
});
