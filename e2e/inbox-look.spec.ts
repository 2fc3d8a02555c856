import { expect, type Locator, type Page, test } from "@playwright/test";
import { KernelError } from "../shared/errors.ts";
import type { ElicitationAnswer } from "../shared/servers.ts";
import { recordedInbox } from "./fixtures/recorded-inbox.ts";
import { open, openAgent, statusBar, takeScreenshot } from "./support/dashboard.ts";
import { look } from "./support/look.ts";
import { type RecordedHost, serveRecording } from "./support/recorded-host.ts";

test.use({ viewport: { width: 1280, height: 800 } });

let host: RecordedHost;
let answered: ElicitationAnswer[] = [];
test.beforeEach(async ({ page }) => {
  answered = [];
  host = await serveRecording(recordedInbox(Date.now()), {
    "rules.preview": async () => ({
      text: "",
      matches: [
        "file-clerk write_file: write plans/2026/week 19.md",
        "file-clerk write_file: write plans/2026/week 18.md",
      ],
      looked: 120,
    }),
    "agents.catalogue": async () => ({ manifests: [], problems: [] }),
    "tools.list": async () => ({ tools: [] }),
    "audit.read": async () => ({ rows: [], more: "no" }),
    "elicitations.answer": async ({ answer }) => {
      answered.push(answer);
      throw new KernelError("bad-input", "The library does not know this name", {
        field: "answer.content.name",
      });
    },
  });
  await page.goto(host.address);
  await expect(statusBar(page)).toContainText("Connected");
});
test.afterEach(() => host.close());

const rows = (page: Page): Locator =>
  page.getByRole("list", { name: "Requests that wait for you" }).getByRole("button");

test("every kind of request, question and answer", async ({ page }) => {
  await open(page, "Inbox");
  await expect(page).toHaveTitle("(8) AIOS Desktop");
  await rows(page).first().click();
  const article = page.getByRole("article");
  await expect(article).toContainText("Nobody can foresee what this does");
  await expect(article).toContainText("the page at evil.example:443");
  await expect(article).toContainText("lookup of the server library");
  await expect(page.getByRole("figure", { name: "Command" })).toContainText("RLO");
  await look(page, "inbox-opaque-command");
  await page.keyboard.press("e");
  await expect(page.getByLabel(/^command/)).toBeFocused();
  await look(page, "inbox-edit");
  await page.keyboard.press("Escape");

  await rows(page).filter({ hasText: "wc -w" }).click();
  await expect(article).toContainText("Confined: it may write only in the workspace");
  await look(page, "inbox-confined-command");

  await rows(page).filter({ hasText: "week 20" }).click();
  await page.keyboard.press("w");
  await expect(page.getByRole("radio").first()).toBeFocused();
  await page.getByLabel("It holds").selectOption("For 1 hour");
  await expect(page.getByText(/in \/home\/ada\/notes, until .* UTC/).first()).toBeVisible();
  await expect(page.getByText("week 19.md")).toBeVisible();
  await look(page, "inbox-rule");
  await page.keyboard.press("Escape");

  await rows(page).filter({ hasText: "todo.md" }).click();
  await expect(article).toContainText("3 identical calls, one answer");
  await expect(page.getByRole("button", { name: /^Allow all 3 once/ })).toBeVisible();
  await look(page, "inbox-identical");

  await rows(page).filter({ hasText: "library" }).click();
  await expect(page.getByText("A server asks this, not AIOS")).toBeVisible();
  await look(page, "inbox-question");
  await page.keyboard.press("a");
  await expect(page.getByLabel("Name")).toBeFocused();
  await expect(page.getByText("An answer is required")).toBeVisible();
  expect(answered).toEqual([]);
  await page.getByLabel("Name").fill("Ada");
  await page.keyboard.press("Enter");
  await expect(page.getByText("The library does not know this name")).toBeVisible();
  expect(answered).toEqual([
    { type: "accept", content: { name: "Ada", branch: "s", days: 14, remind: true } },
  ]);
  await look(page, "inbox-question-refused");

  await openAgent(page, "a2");
  await expect(page.getByRole("complementary", { name: "Facts" })).toContainText(
    "the page at evil.example:443",
  );
  await look(page, "inbox-marks");
  await page.getByRole("button", { name: "Declassify outside text" }).click();
  await expect(page.getByRole("alertdialog")).toContainText("You take responsibility");
  await look(page, "inbox-declassify");
});

test("access, part by part", async ({ page }) => {
  await open(page, "Access");
  await expect(page.getByRole("table", { name: "Rules" })).toContainText("archive/**");
  await look(page, "access-rules");
  await page.getByRole("button", { name: "New rule" }).click();
  await expect(page.getByRole("dialog")).toContainText("it would have matched");
  await look(page, "access-new-rule");
  await page.keyboard.press("Escape");
  await page.getByRole("tab", { name: /^Groups/ }).click();
  await look(page, "access-groups");
  await page.getByRole("button", { name: "Edit Readers" }).click();
  await look(page, "access-group");
  await page.keyboard.press("Escape");
  await page.getByRole("tab", { name: /^Grants/ }).click();
  await look(page, "access-grants");
  await page.getByRole("tab", { name: /^Audit/ }).click();
  await expect(page.getByText("Nothing was decided yet")).toBeVisible();
  await look(page, "access-audit-empty");
});

test("at twice the size every answer and every part of access is in reach", async ({ page }) => {
  await page.setViewportSize({ width: 640, height: 400 });
  const overflow = (): Promise<number> =>
    page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  await open(page, "Inbox");
  for (const text of ["sh -c", "week 20", "library"]) {
    await rows(page).filter({ hasText: text }).click();
    const answer = page.getByRole("button", { name: /^(Allow once|Send answer)/ });
    await answer.scrollIntoViewIfNeeded();
    await expect(answer).toBeInViewport();
    expect.soft(await overflow(), text).toBe(0);
  }
  await takeScreenshot(page, "inbox-question-zoomed");
  await open(page, "Access");
  for (const tab of [/^Rules/, /^Groups/, /^Grants/, /^Audit/]) {
    await page.getByRole("tab", { name: tab }).click();
    expect.soft(await overflow(), String(tab)).toBe(0);
  }
  await page.getByRole("tab", { name: /^Rules/ }).click();
  await page.getByRole("button", { name: "New rule" }).click();
  await page.getByLabel("Pattern").scrollIntoViewIfNeeded();
  await expect(page.getByLabel("Pattern")).toBeInViewport();
  await takeScreenshot(page, "access-zoomed");
});
