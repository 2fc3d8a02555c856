import { z } from "zod";
import { KernelError, toErrorData } from "../../../shared/errors.ts";
import type { PlanStep, WorkspaceScope } from "../../../shared/files.ts";
import type { Effect, EffectType } from "../../../shared/permission.ts";
import { MOUNTS } from "../../../shared/workspaces.ts";
import { guardPath } from "../access/path-guard.ts";
import { sensitivity } from "../access/sensitive-paths.ts";
import { isInScope } from "../access/workspace-scope.ts";
import { FOLDER_FILES } from "../limits.ts";
import type { FileTree } from "../ports.ts";

export const pathSchema = z.string().min(1, "expected a path").max(1_000);

export type FileUse = Extract<EffectType, "read" | "write" | "delete">;

export type EntryVerb = "deleted" | "moved" | "copied" | "made";

/** What lies at a path. */
export type PlaceType = "nothing" | "file" | "folder";

/** How targets begin that are no files (`memory:agent:clerk`): a file of that name would pass for one. */
const SCHEME = /^[a-z]+:/;
/** Entries read of one folder: more than one call may touch. */
const LISTED = FOLDER_FILES + 1;

/** Paths as tools are given them, made canonical, and what a use of them is to the gate. */
export class FilePaths {
  readonly #files: Pick<FileTree, "resolve" | "list" | "stat">;
  readonly #scope: WorkspaceScope;
  /** The caller's own workspace, in the tree. */
  readonly base: string;

  constructor(files: Pick<FileTree, "resolve" | "list" | "stat">, scope: WorkspaceScope = { type: "tree" }) {
    this.#files = files;
    this.#scope = scope;
    this.base = scope.type === "folder" ? scope.path : ".";
  }

  /** The canonical path. Throws `outside-workspace`, also for one that reads like an address. */
  async resolve(path: string): Promise<string> {
    const target = await this.#files.resolve(path, this.base);
    this.check(target, path);
    if (SCHEME.test(target)) {
      throw new KernelError("outside-workspace", `The path "${path}" reads like an address, not a file`, {
        hint: "Use a name without a colon",
      });
    }
    return target;
  }

  /** Throws `outside-workspace` for a canonical path of another workspace. */
  check(target: string, path = target): void {
    if (isInScope(this.#scope, target)) return;
    throw new KernelError("outside-workspace", `The path "${path}" leads into another workspace`, {
      hint: "Use the files of your own workspace, or send the other agent a message",
    });
  }

  /** For paths that are canonical already. */
  inTree(): FilePaths {
    return new FilePaths(this.#files);
  }

  /** Whether a canonical path is one that the caller may know of. */
  sees(target: string): boolean {
    return isInScope(this.#scope, target);
  }

  /** A canonical path as the caller writes it. */
  shown(target: string): string {
    if (!this.sees(target)) return "another workspace";
    if (this.base === "." || isIn(MOUNTS, target)) return target;
    return target === this.base ? "." : target.slice(this.base.length + 1);
  }

  /** The folders that hold all the caller's files. */
  async places(): Promise<readonly string[]> {
    if (this.base === ".") return ["."];
    return (await this.#files.stat(MOUNTS)) === null ? [this.base] : [this.base, MOUNTS];
  }

  /** Steps on canonical paths. */
  async steps(steps: readonly PlanStep[]): Promise<readonly PlanStep[]> {
    const found: PlanStep[] = [];
    for (const step of steps) {
      found.push(
        "path" in step
          ? { ...step, path: await this.resolve(step.path) }
          : { ...step, from: await this.resolve(step.from), to: await this.resolve(step.to) },
      );
    }
    return found;
  }

  /** Canonical steps as the caller writes them. */
  shownSteps(steps: readonly PlanStep[]): readonly PlanStep[] {
    return steps.map((step) =>
      "path" in step
        ? { ...step, path: this.shown(step.path) }
        : { ...step, from: this.shown(step.from), to: this.shown(step.to) },
    );
  }

  /**
   * As `resolve`, for a call that runs: a link can be turned to a key between the decision and the call. Throws
   * `not-allowed` for what the floor keeps.
   */
  async use(path: string, use: "read" | "write"): Promise<string> {
    const target = await this.resolve(path);
    guardPath(target, use);
    return target;
  }

  /** As `use`, for what is changed as a whole. Throws `not-allowed` for the workspace itself. */
  async useEntry(path: string, verb: EntryVerb): Promise<string> {
    const target = await this.resolveEntry(path, verb);
    guardPath(target, verb === "copied" ? "read" : "write");
    return target;
  }

  /** As `resolve`, for what is changed as a whole. Throws `not-allowed` for the workspace itself. */
  async resolveEntry(path: string, verb: EntryVerb): Promise<string> {
    const target = await this.resolve(path);
    if (target === this.base || target === ".")
      throw new KernelError("not-allowed", `The workspace itself cannot be ${verb}`);
    return target;
  }

  async effect(use: FileUse, path: string): Promise<Effect> {
    return fileEffect(use, await this.resolve(path));
  }

  /** What is at a canonical path now; what is neither file nor folder counts as a file. */
  async typeAt(target: string): Promise<PlaceType> {
    const facts = await this.#files.stat(target);
    if (facts === null) return "nothing";
    return facts.type === "folder" ? "folder" : "file";
  }

  /**
   * All that lies in a folder, at any depth, by canonical paths; nothing for a file and for what is not there. Throws
   * `limit-reached` for a folder with more than FOLDER_FILES entries.
   */
  async within(folder: string): Promise<readonly string[]> {
    // What is in it is as sensitive as the folder itself, which names it.
    if (sensitivity(folder) === "secret" || (await this.typeAt(folder)) !== "folder") return [];
    const found = new Set<string>();
    const open = [folder];
    for (let next = open.pop(); next !== undefined; next = open.pop()) {
      const { entries, more } = await entriesOf(this.#files, next, LISTED);
      for (const { path, type } of entries) {
        // A link leads elsewhere, or back to where we have been.
        if (found.has(path) || !isIn(folder, path) || path === folder) continue;
        found.add(path);
        if (type === "folder" && sensitivity(path) !== "secret") open.push(path);
      }
      if (found.size + more > FOLDER_FILES) {
        throw new KernelError(
          "limit-reached",
          `${folder} holds more than ${FOLDER_FILES} files and folders`,
          {
            hint: "Name parts of it",
          },
        );
      }
    }
    return [...found];
  }
}

/** Key material is the floor's, and so is a change to what steers programs. `target` is canonical. */
export function fileEffect(use: FileUse, target: string): Effect {
  const found = sensitivity(target);
  const type = found === "secret" ? "secret" : found === "config" && use !== "read" ? "config" : use;
  return { type, target, reversible: "yes" };
}

/** The entries of a folder; none of a link, which leads elsewhere, or back to where one has been. */
export async function entriesOf(
  files: Pick<FileTree, "list">,
  folder: string,
  limit: number,
): ReturnType<FileTree["list"]> {
  try {
    return await files.list(folder, limit);
  } catch (error) {
    if (toErrorData(error).code === "outside-workspace") return { entries: [], more: 0 };
    throw error;
  }
}

/** Whether `path` is `folder` or lies in it. */
export const isIn = (folder: string, path: string): boolean =>
  folder === "." || path === folder || path.startsWith(`${folder}/`);
