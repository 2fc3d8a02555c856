import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { KernelError } from "../../shared/errors.ts";
import { defaultDataFolder, openDataFolder } from "./data-folder.ts";

const MODULE = new URL("./data-folder.ts", import.meta.url).href;
const CHILD = `
  import { openDataFolder } from ${JSON.stringify(MODULE)};
  try {
    await openDataFolder(process.argv[1]);
    console.log("held");
    setInterval(() => {}, 1000);
  } catch (error) {
    console.log(JSON.stringify(error.data));
  }
`;

let base: string;
let data: string;
const children: ChildProcess[] = [];

beforeEach(() => {
  base = mkdtempSync(join(tmpdir(), "aios-data-"));
  data = join(base, "data");
});
afterEach(async () => {
  for (const child of children.splice(0)) await kill(child);
  rmSync(base, { recursive: true });
});

async function kill(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, "exit");
  child.kill("SIGKILL");
  await ended;
}

/** A real second process that opens the folder; resolves with the first line it says. */
async function openElsewhere(): Promise<{ child: ChildProcess; said: string }> {
  const child = spawn(process.execPath, ["--input-type=module", "-e", CHILD, data], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  children.push(child);
  const [said] = await once(createInterface(child.stdout), "line");
  return { child, said: String(said) };
}

describe("data folder", () => {
  test("is made for this user alone, with a seeded workspace and a place for agents", async () => {
    const folder = await openDataFolder(data);
    expect(statSync(data).mode & 0o777).toBe(0o700);
    expect(readdirSync(folder.workspace)).toEqual(["welcome.md"]);
    expect(readdirSync(folder.agents)).toEqual([]);
    folder.close();
    rmSync(join(folder.workspace, "welcome.md"));
    const again = await openDataFolder(data);
    expect(readdirSync(again.workspace)).toEqual([]);
    again.close();
  });

  test("an existing folder keeps its mode", async () => {
    mkdirSync(data, { mode: 0o755 });
    (await openDataFolder(data)).close();
    expect(statSync(data).mode & 0o777).toBe(0o755);
  });

  test("a second process is refused with the name of the holder, and touches nothing", async () => {
    const folder = await openDataFolder(data);
    rmSync(folder.agents, { recursive: true });
    const before = readdirSync(data).sort();
    const { said } = await openElsewhere();
    const error = JSON.parse(said);
    expect(error.code).toBe("data-folder-in-use");
    expect(error.message).toContain(`process ${process.pid} on ${hostname()}`);
    expect(readdirSync(data).sort()).toEqual(before);
    folder.close();
    expect((await openElsewhere()).said).toBe("held");
  });

  test("this process is refused while another holds it, and again within itself", async () => {
    const { child } = await openElsewhere();
    await expect(openDataFolder(data)).rejects.toThrow(`process ${child.pid}`);
    await kill(child);
    const folder = await openDataFolder(data);
    await expect(openDataFolder(data)).rejects.toThrow(`process ${process.pid}`);
    expect((await openElsewhere()).said).toContain(`process ${process.pid}`);
    folder.close();
  });

  test("kill -9 of the holder leaves no stale lock", async () => {
    for (let round = 0; round < 3; round++) {
      const { child, said } = await openElsewhere();
      expect(said).toBe("held");
      await kill(child);
      expect(existsSync(join(data, "kernel.holder.json"))).toBe(true);
      const folder = await openDataFolder(data);
      expect(JSON.parse(readFileSync(join(data, "kernel.holder.json"), "utf8")).pid).toBe(process.pid);
      folder.close();
    }
  });

  test("of several processes that start at once exactly one gets the folder", async () => {
    const said = (await Promise.all([openElsewhere(), openElsewhere(), openElsewhere()])).map((s) => s.said);
    expect(said.filter((line) => line === "held")).toHaveLength(1);
    for (const line of said.filter((line) => line !== "held")) {
      expect(JSON.parse(line).message).toMatch(/process \d+ on /);
    }
  });

  test("a path that cannot be a folder is a typed error", async () => {
    writeFileSync(data, "a file");
    const opened = openDataFolder(join(data, "inner"));
    await expect(opened).rejects.toBeInstanceOf(KernelError);
    await expect(opened).rejects.toMatchObject({ data: { code: "storage-failed" } });
  });

  test("the default place is the one each system has for it", () => {
    expect(defaultDataFolder("linux", {}, "/home/ada")).toBe("/home/ada/.local/share/aios-desktop");
    expect(defaultDataFolder("linux", { XDG_DATA_HOME: "/srv/data" }, "/home/ada")).toBe(
      "/srv/data/aios-desktop",
    );
    expect(defaultDataFolder("linux", { XDG_DATA_HOME: "relative" }, "/home/ada")).toBe(
      "/home/ada/.local/share/aios-desktop",
    );
    expect(defaultDataFolder("darwin", {}, "/Users/ada")).toBe(
      "/Users/ada/Library/Application Support/AIOS Desktop",
    );
    expect(defaultDataFolder("win32", { APPDATA: "C:/Roaming" }, "C:/Users/ada")).toBe(
      join("C:/Roaming", "AIOS Desktop"),
    );
  });
});
