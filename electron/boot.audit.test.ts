import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Database from "better-sqlite3";
import { afterEach, beforeEach, expect, test } from "vitest";
import { seq } from "../shared/ids.ts";
import { STANDARD_GROUP } from "../shared/standard-group.ts";
import { type BootedKernel, bootKernel } from "./boot.ts";

let folder: string;
const running: BootedKernel[] = [];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "aios-boot-audit-"));
});
afterEach(async () => {
  for (const kernel of running.splice(0)) await kernel.stop();
  rmSync(folder, { recursive: true, force: true });
});

async function boot(): Promise<BootedKernel> {
  const discoveryPorts = { ollama: null, "lm-studio": null, "llama-server": null, vllm: null };
  const kernel = await bootKernel({ host: "headless", dataFolder: folder, discoveryPorts });
  running.push(kernel);
  return kernel;
}
const stop = async (kernel: BootedKernel): Promise<void> => {
  running.splice(running.indexOf(kernel), 1);
  await kernel.stop();
};
const EVERYTHING = { before: null, limit: 200, agentId: null, verdict: null, text: "" } as const;

/** Every file of the data folder, as text. */
const textOfFiles = (): readonly (readonly [string, string])[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => [name, readFileSync(join(parentPath, name), "latin1")] as const);

test("a program's audit is vouched for by a key that only its secrets hold, over restarts", async () => {
  const first = await boot();
  await first.handlers["groups.save"]({ group: { ...STANDARD_GROUP, tokens: 1_000 } });
  expect(await first.handlers["audit.verify"]({})).toMatchObject({ type: "intact" });
  const { rows } = await first.handlers["audit.read"](EVERYTHING);
  expect(rows[0]?.event).toMatchObject({ type: "group.changed", group: { tokens: 1_000 } });
  const { events } = await first.handlers["events.read"]({ from: seq(0), limit: 1_000, agentId: null });
  await stop(first);

  const secretsFile = join(folder, "secrets.json");
  const key: string = JSON.parse(readFileSync(secretsFile, "utf8"))["audit-key"];
  expect(key).toMatch(/^[0-9a-f]{64}$/);
  if (process.platform !== "win32") expect(statSync(secretsFile).mode & 0o777).toBe(0o600);
  expect(JSON.stringify(events)).not.toContain(key);
  for (const [name, text] of textOfFiles()) {
    if (name === "secrets.json") continue;
    for (const form of [key, Buffer.from(key, "hex").toString("latin1")])
      expect([name, text.includes(form)]).toEqual([name, false]);
  }

  const second = await boot();
  await second.handlers["groups.save"]({ group: STANDARD_GROUP });
  const report = await second.handlers["audit.verify"]({});
  expect(report).toMatchObject({ type: "intact" });
  expect(report.rows).toBeGreaterThan(rows.length);
  await stop(second);

  const forger = new Database(join(folder, "events.db"));
  forger.exec(
    `UPDATE events SET body = replace(body, '"tokens":1000', '"tokens":null') WHERE type = 'group.changed'`,
  );
  forger.close();
  const third = await boot();
  expect(await third.handlers["audit.verify"]({})).toMatchObject({
    type: "broken",
    row: rows[0]?.row,
    seq: rows[0]?.event.seq,
    what: "changed",
  });
});
