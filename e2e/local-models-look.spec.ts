import { expect, type Page, test } from "@playwright/test";
import { KernelError } from "../shared/errors.ts";
import { cutCores, FACTS, LOCAL_CORES, recordedModels } from "./fixtures/recorded-models.ts";
import { open, statusBar } from "./support/dashboard.ts";
import { look } from "./support/look.ts";
import { type RecordedHost, serveRecording } from "./support/recorded-host.ts";

test.use({ viewport: { width: 1280, height: 900 } });

let host: RecordedHost | null = null;
test.afterEach(async () => {
  await host?.close();
  host = null;
});

/** The dashboard over a recording with these cores, on Models. */
async function show(page: Page, events: Parameters<typeof serveRecording>[0]): Promise<void> {
  host = await serveRecording(events, {
    "models.files": async () => ({ files: FACTS }),
    "models.inspect": async ({ file }) => {
      const facts = FACTS.find((each) => each.file === file);
      if (facts) return facts;
      throw new KernelError("not-found", `There is no file ${file}`, { hint: "Look at the path" });
    },
    "agents.catalogue": async () => ({ manifests: [], problems: [] }),
  });
  await page.goto(host.address);
  await expect(statusBar(page)).toContainText("Connected");
  await open(page, "Models");
}

test("model files in every state", async ({ page }) => {
  await show(page, recordedModels(Date.now(), LOCAL_CORES, "installed"));
  const loaded = page.getByRole("article", { name: "Llama 3.2 1B" });
  await expect(loaded).toContainText("712 MiB of 1.0 GiB · 3 agents");
  await expect(loaded).toContainText("31 tokens/s");
  await expect(page.getByRole("note", { name: "Engine for model files" })).toHaveCount(0);
  await look(page, "local-models-cards");
  const failed = page.getByRole("article", { name: "Mistral 7B" });
  await failed.scrollIntoViewIfNeeded();
  await expect(failed.getByRole("alert")).toContainText("is cut off");
  await expect(failed.getByRole("button", { name: /^Load again/ })).toBeEnabled();
  await look(page, "local-models-cards-more");
  await loaded.getByRole("button", { name: /^Change the key-value memory/ }).click();
  await expect(loaded).toContainText("Holds 4 agents with a full window.");
  await look(page, "local-models-budget");
});

test("the engine is missing, and long work in every state", async ({ page }) => {
  await show(page, recordedModels(Date.now(), [], "missing"));
  await expect(page.getByRole("note", { name: "Engine for model files" })).toContainText(
    "npm run addon:llama",
  );
  const jobs = page.getByRole("region", { name: "Downloads and installs" });
  await expect(jobs.getByRole("listitem")).toHaveCount(5);
  await expect(jobs).toContainText("npm error code ENOTFOUND");
  await expect(jobs).toContainText("What came is kept");
  await expect(statusBar(page)).toContainText("2 jobs");
  await look(page, "local-models-jobs");
});

test("a server that cuts prompts has a warning with the way out", async ({ page }) => {
  await show(page, recordedModels(Date.now(), cutCores(Date.now()), "installed"));
  await expect(page.getByRole("note", { name: "Prompt cut by Ollama" })).toContainText(
    "OLLAMA_CONTEXT_LENGTH=8192",
  );
  await expect(page.getByRole("note", { name: /^Prompt cut by big/ })).toContainText(
    "a window of 2,048 tokens",
  );
  await look(page, "local-models-truncation");
});

test("choosing a file, seeing what it says, and setting it up", async ({ page }) => {
  await show(page, recordedModels(Date.now(), LOCAL_CORES.slice(0, 1), "installed"));
  await page.getByRole("button", { name: "Add a model file" }).click();
  const dialog = page.getByRole("dialog", { name: "Add a model file" });
  await expect(dialog.getByRole("button", { name: /^Llama 3.2 1B/ })).toContainText("Added");
  await look(page, "local-models-choose");
  await dialog.getByRole("tab", { name: "From an address" }).click();
  await dialog.getByLabel("Address", { exact: true }).fill("example");
  await dialog.getByRole("button", { name: "Get it" }).click();
  await expect(dialog.getByLabel("Address", { exact: true })).toHaveAttribute("aria-invalid", "true");
  await look(page, "local-models-address");
  await dialog.getByRole("tab", { name: "On this machine" }).click();
  await dialog.getByLabel("Path").fill("/nowhere/at/all.gguf");
  await dialog.getByRole("button", { name: "Next" }).click();
  await expect(dialog.getByRole("alert")).toContainText("There is no file /nowhere/at/all.gguf");
  await expect(dialog.getByLabel("Path")).toHaveAttribute("aria-invalid", "true");
  await look(page, "local-models-not-there");
  await dialog.getByRole("button", { name: /^Qwen3/ }).click();
  await expect(dialog.getByRole("region", { name: "What the file says" })).toContainText("40,960 tokens");
  await look(page, "local-models-set-up");
  await dialog.getByLabel("Window, in tokens").fill("90,000");
  await dialog.getByRole("button", { name: "Add", exact: true }).click();
  await expect(dialog.getByLabel("Window, in tokens")).toHaveAttribute("aria-invalid", "true");
  await look(page, "local-models-set-up-refused");
  await page.keyboard.press("Escape");
  await expect(dialog).toBeHidden();
});

test("all of it by keys", async ({ page }) => {
  await show(page, recordedModels(Date.now(), LOCAL_CORES.slice(0, 1), "installed"));
  await page.keyboard.press("Control+k");
  await page.getByRole("combobox").fill("add a model file");
  await page.keyboard.press("Enter");
  const dialog = page.getByRole("dialog", { name: "Add a model file" });
  await dialog.getByRole("tab", { name: "On this machine" }).press("ArrowRight");
  await expect(dialog.getByLabel("Address", { exact: true })).toBeVisible();
  await page.keyboard.press("ArrowLeft");
  await dialog.getByLabel("Path").press("Enter");
  await expect(dialog.getByLabel("Path")).toHaveAttribute("aria-invalid", "true");
  await dialog.getByLabel("Path").fill(FACTS[0]?.file ?? "");
  await page.keyboard.press("Enter");
  await expect(dialog.getByRole("region", { name: "What the file says" })).toBeVisible();
  await page.keyboard.press("Tab");
  await expect(dialog.getByLabel("Title")).toBeFocused();
  await page.keyboard.press("Escape");
  await expect(dialog).toBeHidden();

  const change = page.getByRole("button", { name: /^Change the key-value memory/ });
  await change.press("Enter");
  await expect(page.getByLabel("In memory", { exact: true })).toBeFocused();
  await page.keyboard.press("Escape");
  await expect(change).toBeFocused();
});

test("at twice the size nothing is out of reach", async ({ page }) => {
  await page.setViewportSize({ width: 640, height: 450 });
  await show(page, recordedModels(Date.now(), LOCAL_CORES, "missing"));
  const width = () =>
    page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  expect(await width()).toBe(0);
  await look(page, "local-models-zoomed");
  await page.getByRole("article", { name: "Llama 3.2 1B" }).scrollIntoViewIfNeeded();
  await look(page, "local-models-zoomed-card");
  await page.getByRole("button", { name: "Add a model file" }).click();
  await page.getByRole("button", { name: /^Qwen3/ }).click();
  const add = page.getByRole("dialog").getByRole("button", { name: "Add", exact: true });
  await add.scrollIntoViewIfNeeded();
  await expect(add).toBeInViewport();
  expect(await width()).toBe(0);
  await look(page, "local-models-zoomed-set-up");
});
