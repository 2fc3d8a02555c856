import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { homedir, tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { NO_SANDBOX, Sandboxed } from "./sandbox/testing/sandboxed.ts";

describe.skipIf(NO_SANDBOX !== null)(`files in the sandbox ${NO_SANDBOX ?? ""}`, () => {
  let sandboxed: Sandboxed;
  beforeAll(() => {
    sandboxed = new Sandboxed();
  });
  afterAll(() => sandboxed.close());

  const plant = (path: string, text = "PLANTED"): string => {
    const file = join(sandboxed.workspace, path);
    mkdirSync(join(file, ".."), { recursive: true });
    writeFileSync(file, text);
    return file;
  };

  it("reads the workspace and runs the system's programs there", async () => {
    plant("notes/welcome.md", "one\ntwo\n");
    const end = await sandboxed.bash("pwd; wc -l notes/*.md; ls");
    expect(end).toMatchObject({ code: 0, ended: "exited", cut: "whole" });
    expect(end.output).toContain(`${sandboxed.workspace}\n2 notes/welcome.md\n`);
  });

  it("sees no workspace of a single agent or a group", async () => {
    plant("agents/ada/own.txt");
    plant("groups/office/shared.txt");
    plant("common.txt", "common");
    const end = await sandboxed.bash(
      "cat common.txt agents/ada/own.txt groups/office/shared.txt; grep -r PLANTED .",
    );
    expect(end.output).toContain("common");
    expect(end.output).not.toContain("PLANTED");
  });

  it("writes nowhere but in a private temporary folder that is gone afterwards", async () => {
    const file = plant("kept.txt", "as it was");
    const end = await sandboxed.bash(
      'echo changed > kept.txt; rm -f kept.txt; touch new.txt ../beside.txt; echo x > "$TMPDIR/mine" && cat "$TMPDIR/mine"; echo "$TMPDIR"; echo "$HOME"',
    );
    expect(readFileSync(file, "utf8")).toBe("as it was");
    expect(existsSync(join(sandboxed.workspace, "new.txt"))).toBe(false);
    expect(readdirSync(sandboxed.dataFolder)).toEqual(["workspace"]);
    const [temporary = "", home] = end.output.trim().split("\n").slice(-2);
    expect(end.output).toContain("\nx\n");
    expect(home).toBe(temporary);
    expect(existsSync(temporary)).toBe(false);
  });

  it("writes in the workspace and nowhere else when it may", async () => {
    const outside = mkdtempSync(join(tmpdir(), "outside-"));
    const home = join(homedir(), `.sandbox-test-${process.pid}`);
    try {
      const end = await sandboxed.bash(
        `echo made > made.txt; cat made.txt; echo x > ${outside}/x; echo x > ${home}; echo x > ../x; echo x > /etc/sandbox-test; echo x > /usr/local/sandbox-test; exit 4`,
        { writes: "workspace" },
      );
      expect(end.code).toBe(4);
      expect(end.output).toContain("made\n");
      expect(readFileSync(join(sandboxed.workspace, "made.txt"), "utf8")).toBe("made\n");
      expect(readdirSync(outside)).toEqual([]);
      expect(readdirSync(sandboxed.dataFolder)).toEqual(["workspace"]);
      for (const path of [home, "/etc/sandbox-test", "/usr/local/sandbox-test"])
        expect(existsSync(path)).toBe(false);
    } finally {
      rmSync(outside, { recursive: true });
      rmSync(home, { force: true });
    }
  });

  it("does not write through a link that leads out of the workspace", async () => {
    const outside = mkdtempSync(join(tmpdir(), "outside-"));
    try {
      symlinkSync(outside, join(sandboxed.workspace, "door"));
      await sandboxed.bash("echo x > door/x; ln -s / all; echo x > all/sandbox-test", {
        writes: "workspace",
      });
      expect(readdirSync(outside)).toEqual([]);
      expect(existsSync("/sandbox-test")).toBe(false);
    } finally {
      rmSync(outside, { recursive: true });
    }
  });

  it("reads no key file of the workspace, by its name, by a link or by its folder", async () => {
    const keys = [
      ".env",
      "app/.env.local",
      "app/id_rsa",
      "tls/server.pem",
      ".ssh/config",
      ".aws/credentials",
    ];
    for (const key of keys) plant(key);
    plant("app/.env.example", "AN EXAMPLE");
    symlinkSync(join(sandboxed.workspace, ".env"), join(sandboxed.workspace, "innocent.txt"));
    const reads = [...keys, "innocent.txt"].map((key) => `cat ${key}`).join("; ");
    for (const writes of ["none", "workspace"] as const) {
      const end = await sandboxed.bash(`${reads}; grep -r PLANTED .; cat app/.env.example`, { writes });
      expect(end.output).not.toMatch(/PLANTED$/m);
      expect(end.output).toContain("AN EXAMPLE");
    }
    await sandboxed.bash("rm -rf .ssh .env; echo mine > .env", { writes: "workspace" });
    expect(readFileSync(join(sandboxed.workspace, ".env"), "utf8")).toBe("PLANTED");
    expect(readFileSync(join(sandboxed.workspace, ".ssh/config"), "utf8")).toBe("PLANTED");
  });

  it("reads no home, no data of the program, no file of others in temporary folders, no password of the system", async () => {
    const beside = join(tmpdir(), `planted-${process.pid}.txt`);
    const folder = mkdtempSync(join(homedir(), ".planted-"));
    writeFileSync(beside, "PLANTED");
    writeFileSync(join(folder, "key"), "PLANTED");
    writeFileSync(join(sandboxed.dataFolder, "secrets.json"), "PLANTED");
    try {
      const end = await sandboxed.bash(
        `cat ${beside} ${folder}/key ../secrets.json; ls -A ${homedir()} /home /root; cat /etc/shadow; cat /proc/${process.pid}/environ`,
      );
      expect(end.output).not.toMatch(/PLANTED$/m);
      expect(end.output).not.toContain(".planted-".concat("key"));
      expect(end.output).not.toMatch(/^root:/m);
      const listed = await sandboxed.bash(`ls -A ${homedir()}; ls -A /home 2>/dev/null`);
      expect(listed.output).not.toMatch(/\.ssh|\.bashrc|\.planted/);
    } finally {
      rmSync(beside);
      rmSync(folder, { recursive: true });
      rmSync(join(sandboxed.dataFolder, "secrets.json"));
    }
  });

  it("leaves what steers other programs alone: hooks, git's configuration, an editor's tasks", async () => {
    for (const file of ["repo/.git/hooks/pre-commit", "repo/.git/config", ".vscode/tasks.json"])
      plant(file, "as it was");
    plant("fresh/.git/HEAD", "as it was");
    const end = await sandboxed.bash(
      "for f in repo/.git/hooks/pre-commit repo/.git/hooks/post-merge repo/.git/config .vscode/tasks.json fresh/.git/hooks/x; do mkdir -p $(dirname $f); echo evil > $f; done; echo ok > repo/.git/HEAD; mv repo/.git/hooks h; mv .vscode v; true",
      { writes: "workspace" },
    );
    expect(end.code).toBe(0);
    const text = (path: string): string => readFileSync(join(sandboxed.workspace, path), "utf8");
    expect(text("repo/.git/hooks/pre-commit")).toBe("as it was");
    expect(text("repo/.git/config")).toBe("as it was");
    expect(text(".vscode/tasks.json")).toBe("as it was");
    expect(readdirSync(join(sandboxed.workspace, "repo/.git/hooks"))).toEqual(["pre-commit"]);
    expect(readdirSync(join(sandboxed.workspace, "fresh/.git"))).toEqual(["HEAD"]);
    expect(text("repo/.git/HEAD")).toBe("ok\n");
  });

  it("sees nothing of our environment", async () => {
    process.env.PLANTED_API_KEY = "PLANTED";
    try {
      const end = await sandboxed.bash("env; echo $BASH_ENV", { env: { GIVEN: "yes" } });
      expect(end.output).not.toContain("PLANTED");
      expect(end.output).toContain("GIVEN=yes");
      const names = end.output.split("\n").flatMap((line) => /^(\w+)=/.exec(line)?.[1] ?? []);
      const known = "GIVEN HOME LANG LC_ALL LC_CTYPE PATH PWD SHLVL TERM TMPDIR TZ _".split(" ");
      expect(names.filter((name) => !known.includes(name))).toEqual([]);
    } finally {
      delete process.env.PLANTED_API_KEY;
    }
  });

  it("passes words, quotes and input on as they are", async () => {
    const words = ["a'b", 'c"d', "$HOME", "`id`", "e\nf", "", "ü…", "\\"];
    const end = await sandboxed.bash("", {
      argv: ["bash", "-c", 'printf "[%s]" "$@"; cat', "name", ...words],
      input: "from 'outside'\n",
    });
    expect(end.output).toBe(`${words.map((word) => `[${word}]`).join("")}from 'outside'\n`);
  });
});
