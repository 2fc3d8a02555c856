import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { find, findSandbox } from "./availability.ts";
import { SYSTEM_PATH } from "./start-script.ts";

describe.skipIf(process.platform !== "linux")("what the sandbox is made of", () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "availability-"));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  /** Fake: a program that is there, and says or does nothing but this. */
  const put = (program: string, script = "exit 0"): void =>
    writeFileSync(join(folder, program), `#!/bin/sh\n${script}\n`, { mode: 0o755 });

  it("names the packages that are missing, and those alone", async () => {
    for (const program of ["rg", "setpriv", "bash"]) put(program);
    expect(await findSandbox(folder)).toEqual({
      type: "missing",
      reason: "Not installed: bubblewrap socat",
      hint: expect.stringContaining("apt-get install bubblewrap socat,"),
    });
  });

  it("gives bubblewrap's own words when the system forbids a sandbox, and the way out", async () => {
    for (const program of ["rg", "setpriv", "bash", "socat"]) put(program);
    put("bwrap", "echo 'bwrap: No permissions to create a new namespace' >&2; exit 1");
    expect(await findSandbox(folder)).toEqual({
      type: "missing",
      reason: expect.stringContaining("bwrap: No permissions to create a new namespace"),
      hint: expect.stringContaining("user namespaces"),
    });
  });

  it("takes for a program only what can be run", async () => {
    writeFileSync(join(folder, "bwrap"), "", { mode: 0o600 });
    put("rg");
    expect(await find("rg", `${folder}:${SYSTEM_PATH}`)).toBe(join(folder, "rg"));
    // Root may run nothing either that nobody may run.
    expect(await find("bwrap", folder)).toBeNull();
    expect(await find("no-such-program")).toBeNull();
  });
});
