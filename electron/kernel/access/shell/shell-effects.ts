import { KernelError } from "../../../../shared/errors.ts";
import type { Effect } from "../../../../shared/permission.ts";
import type { ShellParser } from "../../ports.ts";
import { sensitivity } from "../sensitive-paths.ts";
import { followPath, type ResolvePath } from "./follow-path.ts";
import { pathsRead } from "./paths-read.ts";
import { runsUnseen } from "./programs-that-run.ts";
import { readCommand } from "./read-command.ts";
import type { ShellWord } from "./read-words.ts";

/** Words of an opaque text that are looked at for secrets; it is asked about in any case. */
const MOST_LOOKED_AT = 400;

/** A command for the shell tool, and what it will be given. */
export interface ShellRequest {
  readonly command: string;
  readonly writes: "none" | "workspace";
  /** Host names that the sandbox lets it reach. */
  readonly hosts: readonly string[];
  readonly confinement: "sandbox" | "none";
}

/**
 * What a shell command does, as far as its text shows it. Never throws.
 *
 * A read is only what is known to be one: programs of a short list, with options of a short list, on paths in the
 * workspace, in a sandbox. All else is `exec`. It can be taken back when the sandbox lets it change and reach nothing.
 * What cannot be told from the text is opaque: POSIX.1-2024, Shell Command Language, 2.6 makes words out of
 * expansions, and 2.2, 2.3, 2.7, 2.9 change what characters, redirections and compound commands mean.
 *
 * It rests on the shell tool's promise: `bash --noprofile --norc` (or sh), not interactive, in the workspace, with
 * an environment of its own: no BASH_ENV, ENV, exported functions, GREP_OPTIONS, RIPGREP_CONFIG_PATH, LD_*, a PATH
 * of system folders alone.
 */
export async function shellEffects(
  request: ShellRequest,
  parser: ShellParser,
  resolve: ResolvePath,
): Promise<readonly Effect[]> {
  const { command, hosts, confinement } = request;
  const net = hosts.map((host): Effect => ({ type: "net", target: `${host}:443`, reversible: "no" }));
  const words = readCommand(command, parser);
  if (words.type === "opaque") {
    const paths = command
      .split(/[\s"'`()<>|;&]+/)
      .slice(0, MOST_LOOKED_AT)
      .flatMap(pathsIn);
    const secrets = await secretsAmong(paths, resolve);
    return [exec(request, "no", words.reason), ...secrets, ...net];
  }
  const reads = confinement === "sandbox" ? await readsOf(words.commands, resolve) : null;
  if (reads) return [...reads, ...net];
  const paths = words.commands.flatMap((each) => each.flatMap(({ value }) => pathsIn(value)));
  const secrets = await secretsAmong(paths, resolve);
  return [await execOf(request, words.commands, paths, resolve), ...secrets, ...net];
}

/** How targets begin that are no files, such as `memory:agent:clerk`: a file of that name would pass for one. */
const ADDRESS = /^[a-z]+:/;

/** Effects of a line that only reads; null when it may do more, or leaves the workspace. */
async function readsOf(
  commands: readonly (readonly ShellWord[])[],
  resolve: ResolvePath,
): Promise<readonly Effect[] | null> {
  const targets = new Set<string>();
  for (const [program, ...words] of commands) {
    if (!program || program.raw !== program.value) return null;
    const paths = pathsRead(
      program.value,
      words.map(({ value }) => value),
    );
    if (paths === null) return null;
    for (const path of paths.filter((each) => each !== "-")) {
      const target = await followPath(path, resolve).catch(() => null);
      if (target === null || ADDRESS.test(target)) return null;
      targets.add(target);
    }
  }
  if (targets.size === 0) targets.add(".");
  const marks = [...targets].map((target) => ({ target, mark: sensitivity(target) }));
  if (marks.some(({ mark }) => mark === "config")) return null;
  return marks.map(({ target, mark }) => ({
    type: mark === "secret" ? "secret" : "read",
    target,
    reversible: "yes",
  }));
}

async function execOf(
  request: ShellRequest,
  commands: readonly (readonly ShellWord[])[],
  paths: readonly string[],
  resolve: ResolvePath,
): Promise<Effect> {
  if (request.confinement === "none") return exec(request, "no", "no sandbox confines it");
  const unseen = commands.map(runsUnseen).find((reason) => reason !== null);
  if (unseen !== undefined) return exec(request, "no", unseen);
  for (const path of paths) {
    const outside = await refusalOf(path, resolve);
    if (outside !== null) return exec(request, "no", outside);
  }
  return exec(request, request.writes === "none" && request.hosts.length === 0 ? "yes" : "no");
}

const exec = ({ command }: ShellRequest, reversible: Effect["reversible"], opaque?: string): Effect => ({
  type: "exec",
  target: command,
  reversible,
  ...(opaque === undefined ? {} : { opaque }),
});

/** Why a path cannot be used, or null. Where it leads is decided by `resolve`, links included. */
async function refusalOf(path: string, resolve: ResolvePath): Promise<string | null> {
  try {
    await followPath(path, resolve);
    return null;
  } catch (error) {
    const why = error instanceof KernelError && error.data.code === "outside-workspace";
    return why ? `"${path}" leads outside the workspace` : `nobody can tell where "${path}" leads`;
  }
}

async function secretsAmong(paths: readonly string[], resolve: ResolvePath): Promise<readonly Effect[]> {
  const found = new Set<string>();
  for (const path of new Set(paths)) {
    const target = await followPath(path, resolve).catch(() => path);
    if (sensitivity(target) === "secret" || sensitivity(path) === "secret") found.add(target);
  }
  return [...found].map((target) => ({ type: "secret", target, reversible: "no" }));
}

/** What may be a path in a word: the word, what is glued to an option, and what stands after `=`, `:` or `,`. */
function pathsIn(word: string): readonly string[] {
  const parts = word.split(/[=,]|:(?!\/\/)/);
  const glued = word.startsWith("-") ? [word.slice(2), word.slice(Math.max(0, word.search(/[./]/)))] : [];
  return [word, ...parts, ...glued].filter((part) => part !== "" && !part.startsWith("-"));
}
