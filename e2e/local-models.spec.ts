import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Locator, Page } from "@playwright/test";
import { SMALL, TINY, writeRandomModel } from "../electron/adapters/llama/testing/random-model.ts";
import { openFileServer, serveFile } from "../electron/adapters/model-files/testing/file-server.ts";
import type { CoreInfo } from "../shared/cores.ts";
import type { EventOf } from "../shared/events.ts";
import type { LocalModelView } from "../shared/local-models.ts";
import { type Client, connect } from "./support/client.ts";
import { expect, launchButton, open, openLaunch, statusBar, test } from "./support/dashboard.ts";
import { makeDataFolder } from "./support/data-folder.ts";
import { startHost } from "./support/host.ts";
import { look } from "./support/look.ts";
import { ROOT } from "./support/program.ts";

let folder = "";
test.beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "aios-model-"));
});
test.afterEach(() => rmSync(folder, { recursive: true, force: true }));

async function openAddFile(page: Page): Promise<Locator> {
  await open(page, "Models");
  await page.getByRole("button", { name: "Add a model file" }).click();
  return page.getByRole("dialog", { name: "Add a model file" });
}

const addButton = (dialog: Locator): Locator => dialog.getByRole("button", { name: "Add", exact: true });
const jobs = (page: Page): Locator => page.getByRole("region", { name: "Downloads and installs" });

async function localCore(client: Client): Promise<CoreInfo & { readonly local: LocalModelView }> {
  const { cores } = await client.request("state.get", {});
  const core = cores.find((each) => each.local);
  if (!core?.local) throw new Error("There is no model file");
  return { ...core, local: core.local };
}

test("a model file is added from disk, loaded, used by an agent whose state is kept, unloaded and removed", async ({
  dashboard,
  client,
}) => {
  const file = join(folder, "tiny-random.gguf");
  writeRandomModel(file, { ...TINY, contextTokens: 16_384 });
  const dialog = await openAddFile(dashboard);
  await dialog.getByLabel("Path").fill(join(folder, "not-there.gguf"));
  await dialog.getByRole("button", { name: "Next" }).click();
  await expect(dialog.getByLabel("Path")).toHaveAttribute("aria-invalid", "true");
  await expect(dialog.getByRole("alert")).toContainText("not-there.gguf");
  await dialog.getByLabel("Path").fill(`"${file}"`);
  await dialog.getByRole("button", { name: "Next" }).click();

  const facts = dialog.getByRole("region", { name: "What the file says" });
  await expect(facts).toContainText("16,384 tokens");
  await expect(facts).toContainText("in the file");
  await dialog.getByLabel("Slots").fill("0");
  await addButton(dialog).click();
  await expect(dialog.getByLabel("Slots")).toHaveAttribute("aria-invalid", "true");
  await dialog.getByLabel("Slots").fill("2");
  await dialog.getByLabel("Title").fill("Tiny");
  await dialog.getByLabel("Key-value state in memory", { exact: true }).fill("64");
  await look(dashboard, "local-models-real-set-up");
  await addButton(dialog).click();
  await expect(dialog).toBeHidden();

  const card = dashboard.getByRole("article", { name: "Tiny", exact: true });
  await expect(card).toContainText(file);
  await expect(card).toContainText("Not loaded");
  await card.getByRole("button", { name: "Load Tiny" }).click();
  await expect(card).toContainText("Loaded");
  await look(dashboard, "local-models-real-loaded");

  await open(dashboard, "Overview");
  const launch = await openLaunch(dashboard);
  await launch.getByRole("radio", { name: /^Maths tutor/ }).check();
  await launch.getByLabel("Task", { exact: true }).fill("Say something");
  await launch.getByLabel("Model").selectOption((await localCore(client)).model);
  await launchButton(launch).click();
  const { agentId } = await client.until(
    "a call on the model",
    // Not one of the kernel's own, for the vectors of files.
    (event): event is EventOf<"syscall.running"> =>
      event.type === "syscall.running" && event.agentId !== null,
  );
  if (agentId === null) throw new Error("The call is nobody's");
  await open(dashboard, "Models");
  await expect(card.getByRole("button", { name: "Unload Tiny" })).toBeDisabled();
  await expect(card).toContainText("A call runs on it");
  // It stops after its next token, and its state is kept.
  await client.request("agents.pause", { agentId });
  await expect(card.getByRole("img", { name: /^Key-value state in memory: (?!0 B)/ })).toBeVisible();
  await expect(card).toContainText("one agent");
  await expect(card).toContainText("tokens/s");
  await look(dashboard, "local-models-real-in-use");

  await card.getByRole("button", { name: /^Change the key-value memory/ }).click();
  await card.getByLabel("In memory", { exact: true }).fill("32");
  await card.getByRole("button", { name: "Save" }).click();
  await expect(card).toContainText("of 32 MiB");
  expect((await localCore(client)).local.kv.ramBudget).toBe(32 * 2 ** 20);

  await client.request("agents.kill", { agentId });
  await client.untilEnded(agentId);
  await card.getByRole("button", { name: "Unload Tiny" }).click();
  await expect(card).toContainText("Not loaded");
  await card.getByRole("button", { name: "Remove Tiny" }).click();
  await expect(dashboard.getByRole("alertdialog")).toContainText("The file stays where it is");
  await dashboard.getByRole("alertdialog").getByRole("button", { name: "Remove", exact: true }).click();
  await expect(card).toBeHidden();
  expect(existsSync(file)).toBe(true);
});

test("a download breaks off, goes on by itself, is cancelled, goes on where it was, and is added", async ({
  dashboard,
}) => {
  const source = join(folder, "source.gguf");
  writeRandomModel(source, SMALL);
  const bytes = readFileSync(source);
  const first = Math.floor(bytes.length / 4);
  const second = Math.floor(bytes.length / 2);
  const server = await openFileServer((request, response, nth) => {
    if (nth === 1) serveFile(bytes, { breaksAfter: first })(request, response, nth);
    else {
      // Up to the half in two pieces, and then silence: the person has all the time to cancel. A reader on a busy
      // machine may not have taken all of the quarter when its connection broke.
      const from = Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? "")?.[1]);
      response.writeHead(206, {
        etag: '"first"',
        "content-range": `bytes ${from}-${bytes.length - 1}/${bytes.length}`,
        "content-length": bytes.length - from,
      });
      response.write(bytes.subarray(from, second - 1_000));
      setTimeout(() => response.write(bytes.subarray(second - 1_000, second)), 800);
    }
  });
  const dialog = await openAddFile(dashboard);
  await dialog.getByRole("tab", { name: "From an address" }).click();
  await dialog.getByLabel("Address", { exact: true }).fill(server.address);
  await dialog.getByLabel(/^SHA-256/).fill("abc");
  await dialog.getByRole("button", { name: "Get it" }).click();
  await expect(dialog.getByLabel(/^SHA-256/)).toHaveAttribute("aria-invalid", "true");
  await dialog.getByLabel(/^SHA-256/).fill("");
  await dialog.getByRole("button", { name: "Get it" }).click();
  const bar = dialog.getByRole("progressbar");
  await expect(bar).toHaveAttribute("aria-valuenow", "50");
  expect(server.asked[1]?.range).toMatch(/^bytes=[1-9]\d*-$/);
  await look(dashboard, "local-models-real-downloading");

  await dashboard.keyboard.press("Escape");
  await expect(dialog).toBeHidden();
  await expect(jobs(dashboard).getByRole("progressbar")).toHaveAttribute("aria-valuenow", "50");
  await expect(statusBar(dashboard)).toContainText("Job");
  await jobs(dashboard)
    .getByRole("button", { name: /^Cancel/ })
    .click();
  await expect(jobs(dashboard)).toContainText("What came is kept");
  server.answer = serveFile(bytes);
  await jobs(dashboard)
    .getByRole("button", { name: /^Go on/ })
    .click();
  await jobs(dashboard)
    .getByRole("button", { name: /^Add it/ })
    .click();
  expect(server.asked[2]?.range).toBe(`bytes=${second}-`);
  await expect(dialog.getByRole("region", { name: "What the file says" })).toContainText("16,384 tokens");
  await addButton(dialog).click();
  await expect(dialog).toBeHidden();
  await expect(dashboard.getByRole("article").first()).toContainText("tiny.gguf");
  await jobs(dashboard)
    .getByRole("button", { name: /^Take off the list/ })
    .click();
  await expect(jobs(dashboard)).toBeHidden();

  const again = await openAddFile(dashboard);
  await expect(again.getByRole("listitem")).toContainText("Added");
  await server.close();
});

test("a download that is no model file, or another than was meant, fails with the reason", async ({
  dashboard,
}) => {
  const source = join(folder, "source.gguf");
  writeRandomModel(source, TINY);
  const bytes = readFileSync(source);
  const server = await openFileServer(serveFile(Buffer.from("<!doctype html><title>Sign in</title>")));
  const dialog = await openAddFile(dashboard);
  await dialog.getByRole("tab", { name: "From an address" }).click();
  await dialog.getByLabel("Address", { exact: true }).fill(server.address);
  await dialog.getByRole("button", { name: "Get it" }).click();
  await expect(dialog.getByRole("alert")).toBeVisible();
  server.answer = serveFile(bytes);
  await dialog.getByLabel(/^SHA-256/).fill("0".repeat(64));
  await dialog.getByRole("button", { name: "Get it" }).click();
  await expect(dialog.getByRole("alert")).toContainText(/SHA-256/);
  await look(dashboard, "local-models-real-download-failed");
  await server.close();
});

test("a file that is gone is listed with the reason after a restart, and comes back with the file", async ({
  page,
}) => {
  const data = makeDataFolder();
  const file = join(folder, "moved.gguf");
  writeRandomModel(file, TINY);
  const bytes = readFileSync(file);
  const before = await startHost(data);
  const client = await connect(before);
  const { title } = await client.request("models.addLocal", { file, title: "Moved" });
  client.close();
  await before.stop();
  rmSync(file);
  const after = await startHost(data);
  await page.goto(after.address);
  await open(page, "Models");
  const card = page.getByRole("article", { name: title, exact: true });
  await expect(card).toContainText("Could not be loaded");
  await expect(card.getByRole("alert").first()).toContainText("moved.gguf");
  await look(page, "local-models-real-gone");
  cpSync(join(ROOT, "package.json"), file);
  await card.getByRole("button", { name: /^Load again/ }).click();
  await expect(card).toContainText("Could not be loaded");
  rmSync(file);
  writeRandomModel(file, TINY);
  expect(readFileSync(file).equals(bytes)).toBe(true);
  await card.getByRole("button", { name: /^Load again/ }).click();
  await expect(card).toContainText("Loaded in");
  await after.stop();
});

test("without the engine everything else works, and installing it can be cancelled and fails in npm's words", async ({
  page,
}) => {
  const addOns = join(folder, "addons");
  mkdirSync(join(addOns, "llama"), { recursive: true });
  for (const name of ["package.json", "package-lock.json"])
    cpSync(join(ROOT, "addons", "llama", name), join(addOns, "llama", name));
  const silent = await openFileServer(() => {});
  const registry = new URL(silent.address).origin;
  const host = await startHost(makeDataFolder({ offlineTokensPerSecond: 5_000 }), {
    environment: {
      AIOS_ADDONS_FOLDER: addOns,
      npm_config_registry: registry,
      npm_config_cache: join(folder, "npm-cache"),
      npm_config_fetch_retries: "0",
    },
  });
  await page.goto(host.address);
  await open(page, "Models");
  const note = page.getByRole("note", { name: "Engine for model files" });
  await expect(note).toContainText("npm run addon:llama");
  await look(page, "local-models-real-no-engine");
  await note.getByRole("button", { name: "Install" }).click();
  await expect(note.getByRole("button", { name: "Installing…" })).toBeDisabled();
  await expect.poll(() => silent.asked.length).toBeGreaterThan(0);
  await look(page, "local-models-real-installing");
  await jobs(page)
    .getByRole("button", { name: /^Cancel/ })
    .click();
  await expect(jobs(page)).toContainText("Nothing was installed");
  await silent.close();
  await jobs(page)
    .getByRole("button", { name: /^Try again/ })
    .click();
  await expect(jobs(page).getByRole("alert")).toContainText(/ECONNREFUSED|ECONNRESET|network/);
  await look(page, "local-models-real-install-failed");

  await page.keyboard.press("Control+k");
  await page.getByRole("combobox").fill("install the engine");
  await expect(page.getByRole("option", { name: /^Install the engine/ })).toBeVisible();
  await page.keyboard.press("Escape");

  await open(page, "Overview");
  const launch = await openLaunch(page);
  await launch.getByRole("radio", { name: /^Maths tutor/ }).check();
  await launch.getByLabel("Task", { exact: true }).fill("what is six times seven?");
  await launchButton(launch).click();
  await expect(page.getByRole("region", { name: "Answer" })).toContainText("42");
  await host.stop();
});
