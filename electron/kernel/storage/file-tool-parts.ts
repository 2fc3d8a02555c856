import { z } from "zod";
import type { FileAuthor, FileVersion } from "../../../shared/files.ts";
import type { AgentId } from "../../../shared/ids.ts";
import type { TaintSource } from "../../../shared/taint.ts";
import { COMMON } from "../access/workspace-scope.ts";
import type { EffectsCaller, FileTree, ToolRun, VersionStore } from "../ports.ts";
import { FilePaths } from "./file-paths.ts";
import type { FileSearch } from "./file-search.ts";
import { SeenVersions } from "./seen-versions.ts";
import type { ChangeAuthor, VersionedFiles } from "./versioned-files.ts";

/** The marks of outside origin on files. Paths are canonical. */
export interface FileMarks {
  /** The source of outside origin that a path stands for; none for a file of the workspace's own. */
  taintOf(path: string): readonly TaintSource[];
  /** Where it came from, in words; null for a file of the workspace's own. */
  originOf(path: string): string | null;
  /** What is at `from` goes to `to`, with all that is in it: its marks go along. */
  carry(from: string, to: string): void;
}

/** What the storage manager's tools work on. */
export interface FileToolParts {
  readonly files: FileTree;
  readonly versioned: VersionedFiles;
  readonly versions: VersionStore;
  readonly marks: FileMarks;
  readonly search: FileSearch;
  /** An agent's name, for the versions that it makes. */
  readonly nameOf: (agentId: AgentId) => string;
}

/** What all of the tools share. */
export class FileToolbox {
  readonly files: FileTree;
  readonly versioned: VersionedFiles;
  readonly versions: VersionStore;
  readonly marks: FileMarks;
  readonly search: FileSearch;
  /** Paths of the whole tree, as the person writes them. */
  readonly paths: FilePaths;
  readonly seen = new SeenVersions();
  readonly #nameOf: (agentId: AgentId) => string;

  constructor({ files, versioned, versions, marks, search, nameOf }: FileToolParts) {
    this.files = files;
    this.versioned = versioned;
    this.versions = versions;
    this.marks = marks;
    this.search = search;
    this.paths = new FilePaths(files);
    this.#nameOf = nameOf;
  }

  authorOf({ agentId, syscallId }: Pick<ToolRun, "agentId" | "syscallId">): ChangeAuthor {
    const author: FileAuthor =
      agentId === null ? { type: "person" } : { type: "agent", agentId, name: this.#nameOf(agentId) };
    return { author, syscallId };
  }

  /** Paths as a caller writes them. */
  pathsOf({ workspace }: Pick<EffectsCaller, "workspace">): FilePaths {
    return new FilePaths(this.files, workspace ?? COMMON);
  }

  /** Marks that a path brings in; one that leads nowhere brings nothing. Never rejects. */
  readonly taints = async (
    { path }: { readonly path: string },
    caller: EffectsCaller,
  ): Promise<readonly TaintSource[]> =>
    this.pathsOf(caller)
      .resolve(path)
      .then(
        (target) => this.marks.taintOf(target),
        () => [],
      );

  /** The newest version of a file, what other programs did to it included; null where there is none. */
  async newest(target: string): Promise<FileVersion | null> {
    // Where no version can be made, as on a full disk, reading goes on.
    await this.versioned.notice([target]).catch(() => {});
    const [version] = await this.versions.newest([target]);
    return version ?? null;
  }

  /** An agent's own changes are known to it. */
  saw({ agentId }: Pick<ToolRun, "agentId">, versions: readonly FileVersion[]): void {
    for (const { path, id } of versions) this.seen.saw(agentId, path, id);
  }
}

export const versionArgument = z.string().regex(/^v[1-9]\d{0,14}$/, "expected an id such as v12");

export const isBy = ({ author }: FileVersion, agentId: AgentId | null): boolean =>
  author.type === "agent" && author.agentId === agentId;

/** Who made a version and when, in words. */
export const madeBy = ({ author, at }: FileVersion): string => `${authorText(author)} at ${timeText(at)}`;

export function authorText(author: FileAuthor): string {
  switch (author.type) {
    case "agent":
      return `${author.name} (${author.agentId})`;
    case "person":
      return "the person";
    case "outside":
      return "another program";
  }
}

/** Such as `2026-03-01 10:30:05 UTC`. */
const timeText = (at: number): string =>
  new Date(at)
    .toISOString()
    .replace("T", " ")
    .replace(/\.\d+Z$/, " UTC");
