import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeAll, describe, expect, test, vi } from "vitest";
import { request } from "../desktop-specs.ts";
import { available, createFixture, ensureBuilt, reason } from "./fixture.ts";

const HEADLESS = join(import.meta.dirname, "..", "..", "dist", "main", "headless.js");
const EXIT_KERNEL_REFUSED = 3;

const { newFolder, launch, clear } = createFixture();
beforeAll(ensureBuilt);
afterEach(clear);

describe.skipIf(available === "no")(`the desktop app and its kernel${reason}`, () => {
  test("a data folder that another host holds is left alone, naming the holder", async () => {
    const dataFolder = newFolder();
    const holder = spawn(process.execPath, [HEADLESS, "serve", "--data", dataFolder], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    try {
      await once(holder.stdout, "data");
      const desktop = launch({ dataFolder });
      expect(await desktop.exited()).toBe(EXIT_KERNEL_REFUSED);
      expect(desktop.of("error-box")).toEqual([
        { title: "AIOS Desktop cannot start", content: expect.stringContaining(String(holder.pid)) },
      ]);
      expect(desktop.of("window-shown")).toEqual([]);
    } finally {
      const ended = once(holder, "exit");
      holder.kill("SIGTERM");
      await ended;
    }
  });

  test("a damaged database is reported, and kept as it is", async () => {
    const dataFolder = newFolder();
    const file = join(dataFolder, "events.db");
    const damage = "this is no database ".repeat(500);
    writeFileSync(file, damage);
    const desktop = launch({ dataFolder });
    expect(await desktop.exited()).toBe(EXIT_KERNEL_REFUSED);
    expect(desktop.of("error-box")).toHaveLength(1);
    expect(desktop.of("window-shown")).toEqual([]);
    expect(readFileSync(file, "utf8")).toBe(damage);
  });

  test("an approval is announced while the person looks elsewhere, without what it is about, and waits after a kill", async () => {
    const dataFolder = newFolder();
    const first = launch({ dataFolder });
    const page = await first.page();
    first.tell({ type: "blur" });
    const task = "write the words a-private-thing into private.txt";
    expect(await request(page, "agents.launch", { agent: "file-clerk", task })).toMatchObject({ ok: true });
    const notice = await first.recorded("notification");
    expect(JSON.stringify(notice)).toMatch(/approval/);
    expect(JSON.stringify(notice)).not.toMatch(/private/);
    await vi.waitFor(() => expect(first.of("badge")).toEqual([0, 1]));
    const shown = first.of("window-shown").length;
    first.tell({ type: "click-notification" });
    await vi.waitFor(() => expect(first.of("window-shown")).toHaveLength(shown + 1));
    await first.kill();
    const second = launch({ dataFolder });
    await second.page();
    expect(second.of("badge")[0]).toBe(1);
  });

  test("a polite signal ends it as quitting does", async () => {
    const dataFolder = newFolder();
    const desktop = launch({ dataFolder });
    await desktop.page();
    process.kill(desktop.pid, "SIGTERM");
    expect(await desktop.exited()).toBe(0);
    const next = launch({ dataFolder });
    await next.page();
    expect(await next.quit()).toBe(0);
  });
});
