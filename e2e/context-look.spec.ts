import { expect, type Page, test } from "@playwright/test";
import { KernelError } from "../shared/errors.ts";
import { agentId } from "../shared/ids.ts";
import {
  recordedCompaction,
  recordedEffects,
  recordedSnapshots,
  recordedView,
} from "./fixtures/recorded-context.ts";
import { recordedContextLog } from "./fixtures/recorded-context-log.ts";
import { openAgent, statusBar } from "./support/dashboard.ts";
import { look, takeScreenshots } from "./support/look.ts";
import { type RecordedHost, serveRecording } from "./support/recorded-host.ts";

test.use({ viewport: { width: 1360, height: 860 } });

let host: RecordedHost;
let views: "answer" | "fail" = "answer";
let snapshots = 140;

test.beforeEach(async ({ page }) => {
  const at = Date.now();
  views = "answer";
  snapshots = 140;
  const { events } = recordedContextLog(at);
  host = await serveRecording(events, {
    "agents.catalogue": async () => ({ manifests: [], problems: [] }),
    "context.view": async (input) => {
      if (views === "fail") {
        throw new KernelError("internal", "The log could not be read", { hint: "Look at the disk." });
      }
      return recordedView(input.agentId, at, input.snapshotId);
    },
    "context.snapshots": async () => ({
      snapshots: recordedSnapshots(at, snapshots),
      dropped: snapshots && 212,
    }),
    "context.compaction": async ({ seq }) => recordedCompaction(at, seq),
    "context.effectsSince": async () => ({ effects: recordedEffects(at), more: 3 }),
  });
  await page.goto(host.address);
  await expect(statusBar(page)).toContainText("Connected");
});
test.afterEach(() => host.close());

async function openContext(page: Page, id = "a1"): Promise<void> {
  await openAgent(page, id);
  await page.getByRole("tab", { name: "Context" }).click();
}

test("window, prompt, snapshots and compactions, and each of what they open", async ({ page }) => {
  await openContext(page);
  await expect(page.getByRole("region", { name: "Window" })).toContainText("in RAM, 1,203 tokens, 4.1 MiB");
  await expect(page.getByRole("note")).toContainText(
    "Ollama says that it read 2,048 of about 9,300 tokens: it drops the beginning.",
  );
  await look(page, "context-made-now");
  const list = page.getByRole("listbox", { name: "Snapshots" });
  const leave = async (): Promise<void> => {
    await page.keyboard.press("Escape");
    await expect(list).toBeFocused();
  };
  await list.focus();
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("c");
  await expect(page.getByRole("region", { name: "Comparison" })).toContainText("added");
  await look(page, "context-made-comparison");
  await page.keyboard.press("r");
  await expect(page.getByRole("dialog")).toContainText("Not known whether it was done");
  await look(page, "context-made-rewind");
  await leave();
  await page.keyboard.press("f");
  await expect(page.getByRole("dialog")).toContainText("stays as it is");
  await look(page, "context-made-fork");
  await leave();
  await page.keyboard.press("Enter");
  await expect(page.getByRole("note")).toContainText("As it stood at n");
  await look(page, "context-made-snapshot");
  await page.getByRole("button", { name: "Back to now" }).click();
  await page
    .getByRole("region", { name: "Compactions" })
    .getByRole("button", { name: "Before and after" })
    .first()
    .click();
  await expect(page.getByRole("dialog", { name: "Before and after" })).toContainText(
    "Nothing is said of returns",
  );
  await look(page, "context-made-before-and-after");
  await page.keyboard.press("Escape");

  await page.getByRole("button", { name: "s40" }).click();
  await expect(page.getByRole("region", { name: "Details of s40" })).toContainText("summary of the context");
  await page.getByRole("table", { name: "Syscalls" }).getByRole("row").nth(1).click();
  await expect(page.getByRole("main")).toContainText(
    "It would have cost: keep 840 ms, save 90 ms, drop 2.3 s",
  );
  await look(page, "context-made-switch");
  await page.getByRole("tab", { name: "Transcript" }).click();
  await expect(page.getByRole("list", { name: "Transcript" })).toContainText(
    "340 tokens were sent again for $0.0004",
  );
  await look(page, "context-made-transcript");
  await openAgent(page, "a2");
  await page.getByRole("list", { name: "Transcript" }).getByRole("link", { name: "a1" }).click();
  await expect(page.getByRole("heading", { level: 1 })).toContainText("a1");
});

test("narrow, at twice the size, empty and failed", async ({ page }) => {
  await page.setViewportSize({ width: 640, height: 430 });
  await openContext(page);
  await expect(page.getByRole("listbox", { name: "Snapshots" })).toBeAttached();
  const overflow = await page.evaluate(
    () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
  );
  expect.soft(overflow).toBe(0);
  await page.getByRole("region", { name: "Window" }).scrollIntoViewIfNeeded();
  await look(page, "context-made-zoomed");
  await page.setViewportSize({ width: 900, height: 1_600 });
  await takeScreenshots(page, "context-made-narrow");
  await page.setViewportSize({ width: 1_920, height: 1_080 });
  await takeScreenshots(page, "context-made-wide");
  await page.setViewportSize({ width: 1_360, height: 860 });
  snapshots = 0;
  views = "fail";
  await openContext(page, agentId(2));
  await expect(page.getByRole("alert")).toContainText("The log could not be read");
  await expect(page.getByText("No snapshot yet:")).toBeVisible();
  await look(page, "context-made-failed");
  views = "answer";
  await page.getByRole("button", { name: "Try again" }).click();
  await expect(page.getByRole("region", { name: "Window" })).toBeVisible();
  await expect(page.getByRole("alert")).toHaveCount(0);
});
