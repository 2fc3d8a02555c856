import type { Dirent } from "node:fs";
import { opendir, readFile, realpath, stat } from "node:fs/promises";
import { homedir, tmpdir } from "node:os";
import { join, relative, sep } from "node:path";
import { KernelError } from "../../../shared/errors.ts";
import { HIDDEN_PATHS, NAMES_IN_A_TURN, WORKSPACE_ENTRIES } from "./limits.ts";

/** Judges a path relative to the working folder, with `/`. Never throws. */
export type Sensitivity = (path: string) => "secret" | "config" | null;

/** Names, never patterns: a file may be called `[a]*`. */
export interface PathEntry {
  readonly path: string;
  readonly literal: true;
}

/** What a program may read and write, in the words of the package: see its FilesystemConfig. */
export interface FilesystemRules {
  readonly denyRead: readonly PathEntry[];
  readonly allowRead: readonly PathEntry[];
  readonly allowWrite: readonly PathEntry[];
  readonly denyWrite: readonly PathEntry[];
}

export interface FilesystemPlaces {
  readonly dataFolder: string;
  /** The private temporary folder of this call. */
  readonly scratch: string;
  readonly sensitivity: Sensitivity;
}

/** Everybody's home, what others keep for a while, sockets of sessions, and keys of the machine. */
const HIDDEN = [
  "/home",
  "/root",
  "/Users",
  "/tmp",
  "/var/tmp",
  "/run/user",
  "/run/secrets",
  "/run/credentials",
  "/media",
  "/mnt",
  "/etc/ssh",
  "/etc/ssl/private",
  "/etc/shadow",
  "/etc/shadow-",
  "/etc/gshadow",
  "/etc/gshadow-",
  "/etc/sudoers",
  "/var/spool/cron",
  "/var/lib/docker",
];
/** A home in one of these is a service's, and programs need what lies there. */
const SYSTEM_FOLDERS =
  /^\/(?:$|(?:bin|boot|dev|etc|lib|lib64|proc|run|sbin|srv|sys|usr|var|opt|nonexistent)(?:\/|$))/;

/**
 * The rules for one call. Everything of the system can be read, but no home, no temporary folder, not the program's
 * data and no keys; of the person's files the working folder alone, without the key files that lie in it now. One
 * that comes into being during the call is seen. Throws `limit-reached` for a folder too large to be looked through.
 */
export async function filesystemFor(
  request: {
    readonly folder: string;
    readonly writes: "none" | "workspace";
    readonly readable?: readonly string[];
  },
  places: FilesystemPlaces,
): Promise<FilesystemRules> {
  const { folder } = request;
  const inFolder = await sensitivePathsIn(folder, places.sensitivity);
  const hidden = await existing([...HIDDEN, homedir(), tmpdir(), places.dataFolder, ...(await homes())]);
  const readable = await existing(request.readable ?? []);
  return {
    // A folder that holds the working folder is hidden, and the working folder is put back into it.
    denyRead: [...hidden, ...inFolder.secret].map(literal),
    allowRead: [folder, places.scratch, ...readable].map(literal),
    allowWrite: (request.writes === "workspace" ? [folder, places.scratch] : [places.scratch]).map(literal),
    denyWrite: (request.writes === "workspace" ? inFolder.config : []).map(literal),
  };
}

const literal = (path: string): PathEntry => ({ path, literal: true });

async function existing(paths: readonly string[]): Promise<readonly string[]> {
  const found = await Promise.all(paths.map((path) => realpath(path).catch(() => null)));
  return [...new Set(found.filter((path) => path !== null))].filter((path) => path !== sep);
}

/** Homes of people that lie elsewhere than usual. */
async function homes(): Promise<readonly string[]> {
  const accounts = await readFile("/etc/passwd", "utf8").catch(() => "");
  return accounts
    .split("\n")
    .map((line) => line.split(":")[5] ?? "")
    .filter((home) => home.startsWith("/") && !SYSTEM_FOLDERS.test(home));
}

/** Sensitive paths below a folder, absolute; nothing below one of them is listed, and no link is followed. */
async function sensitivePathsIn(
  folder: string,
  sensitivity: Sensitivity,
): Promise<{ readonly secret: readonly string[]; readonly config: readonly string[] }> {
  const secret: string[] = [];
  const config: string[] = [];
  const waiting = [folder];
  let seen = 0;
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    // A folder that we cannot read, the program cannot read either.
    const entries = await opendir(next, { bufferSize: 128 }).catch(() => null);
    if (entries === null) continue;
    for await (const entry of entries) {
      seen += 1;
      if (seen > WORKSPACE_ENTRIES) throw tooLarge(`more than ${WORKSPACE_ENTRIES} files`);
      if (seen % NAMES_IN_A_TURN === 0) await new Promise((resolve) => setImmediate(resolve));
      await judge(join(next, entry.name), entry);
    }
  }
  if (secret.length + config.length > HIDDEN_PATHS) throw tooLarge(`more than ${HIDDEN_PATHS} key files`);
  return { secret, config };

  async function judge(path: string, entry: Dirent): Promise<void> {
    const name = relative(folder, path).split(sep).join("/");
    const found = sensitivity(name);
    // A link leads to what is hidden at its own place, or to something that is not.
    if (found === "secret" && !entry.isSymbolicLink()) secret.push(path);
    if (found === "secret") return;
    if (found === "config" && !name.includes(".git/")) {
      if (entry.name === ".git" && entry.isDirectory()) config.push(...(await gitControls(path)));
      else if (!entry.isSymbolicLink()) config.push(path);
    }
    // A repository's own store of what was committed: as many files as there ever were, under no name of theirs.
    if (entry.isDirectory() && !/(?:^|\/)\.git\/objects$/.test(name)) waiting.push(path);
  }
}

/** What git runs or obeys in a repository. Without hooks of its own, all of it: they could be added. */
async function gitControls(git: string): Promise<readonly string[]> {
  const controls = ["hooks", "config", "modules", "config.worktree"].map((name) => join(git, name));
  const found = await Promise.all(
    controls.map((path) =>
      stat(path).then(
        () => path,
        () => null,
      ),
    ),
  );
  return found[0] && found[1] ? found.flatMap((path) => path ?? []) : [git];
}

const tooLarge = (what: string): KernelError =>
  new KernelError("limit-reached", `The workspace has ${what}: they cannot be looked through for keys`, {
    hint: "Use a smaller workspace for commands",
  });
