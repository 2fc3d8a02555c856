import { execFile } from "node:child_process";
import { access, constants } from "node:fs/promises";
import { delimiter, join } from "node:path";
import { TRIAL_MS } from "./limits.ts";
import { SYSTEM_PATH } from "./start-script.ts";

export type SandboxAvailability =
  | { readonly type: "available"; readonly by: string }
  | { readonly type: "missing"; readonly reason: string; readonly hint: string };

/** Programs that the Linux sandbox is made of, with the Debian package of each. */
const LINUX_PROGRAMS = [
  ["bwrap", "bubblewrap"],
  ["socat", "socat"],
  ["rg", "ripgrep"],
  ["setpriv", "util-linux"],
  ["bash", "bash"],
] as const;

/** Whether programs can be confined here, tried for real. Never throws. */
export async function findSandbox(path: string = SYSTEM_PATH): Promise<SandboxAvailability> {
  switch (process.platform) {
    case "linux":
      return findBubblewrap(path);
    case "darwin":
      return (await find("sandbox-exec", path)) === null
        ? missing("sandbox-exec is not there", "It is a part of macOS in /usr/bin")
        : { type: "available", by: "Seatbelt" };
    default:
      return missing(`There is no sandbox for ${process.platform}`, "Run the program on Linux or macOS");
  }
}

async function findBubblewrap(path: string): Promise<SandboxAvailability> {
  const absent: string[] = [];
  for (const [program, debian] of LINUX_PROGRAMS) {
    if ((await find(program, path)) === null) absent.push(debian);
  }
  if (absent.length > 0) {
    const install = absent.join(" ");
    return missing(
      `Not installed: ${install}`,
      `apt-get install ${install}, or the same with your system's packages`,
    );
  }
  const complaint = await tryNamespaces((await find("bwrap", path)) ?? "bwrap");
  if (complaint === null) return { type: "available", by: "bubblewrap" };
  return missing(
    `bubblewrap cannot make a sandbox here: ${complaint}`,
    "Allow unprivileged user namespaces: sysctl kernel.unprivileged_userns_clone=1, and on Ubuntu " +
      "kernel.apparmor_restrict_unprivileged_userns=0; in a container, allow it to make them",
  );
}

const missing = (reason: string, hint: string): SandboxAvailability => ({ type: "missing", reason, hint });

/** A sandbox with all that ours have, around nothing. The complaint's last line, or null. */
function tryNamespaces(bwrap: string): Promise<string | null> {
  const kinds = ["--unshare-user", "--unshare-pid", "--unshare-net", "--die-with-parent"];
  const mounts = ["--ro-bind", "/", "/", "--dev", "/dev", "--proc", "/proc"];
  return new Promise((resolve) => {
    execFile(
      bwrap,
      [...kinds, ...mounts, "/bin/true"],
      { timeout: TRIAL_MS, env: {} },
      (error, _, complaint) => {
        if (error === null) resolve(null);
        else resolve(complaint.trim().split("\n").at(-1) || error.message);
      },
    );
  });
}

/** The program's absolute path, or null. */
export async function find(program: string, path: string = SYSTEM_PATH): Promise<string | null> {
  for (const folder of path.split(delimiter)) {
    const file = join(folder, program);
    if (folder !== "" && (await canRun(file))) return file;
  }
  return null;
}

const canRun = (file: string): Promise<boolean> =>
  access(file, constants.X_OK).then(
    () => true,
    () => false,
  );
