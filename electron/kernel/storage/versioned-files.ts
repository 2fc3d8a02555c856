import type { FileAuthor, FileVersion, PlanStep, VersionId } from "../../../shared/files.ts";
import type { SyscallId } from "../../../shared/ids.ts";

/** Who makes a change. */
export interface ChangeAuthor {
  readonly author: FileAuthor;
  readonly syscallId: SyscallId | null;
}

/**
 * What the caller knows of the file that it replaces: the version that it has seen, that none was there, or nothing,
 * so that it takes what comes.
 */
export type Expected =
  | { readonly type: "version"; readonly id: VersionId }
  | { readonly type: "absent" }
  | { readonly type: "anything" };

/**
 * The workspaces with versions: every change by a syscall makes one, and is on disk, content and version, when it
 * resolves. Changes of one path follow one another. Paths are canonical, but for those of `check` and `notice`; one that
 * a link leads elsewhere by now is refused with `outside-workspace`. Throws what FileTree and VersionStore throw, and `conflict`
 * where a file is not what was expected, naming who changed it.
 */
export interface VersionedFiles {
  write(
    path: string,
    content: string | Uint8Array,
    expected: Expected,
    by: ChangeAuthor,
  ): Promise<FileVersion>;
  makeFolder(path: string, by: ChangeAuthor): Promise<void>;
  /** A file, or a folder with all that is in it. Throws `conflict` where `to` is there. Returns those of `to`. */
  move(from: string, to: string, by: ChangeAuthor): Promise<readonly FileVersion[]>;
  copy(from: string, to: string, by: ChangeAuthor): Promise<readonly FileVersion[]>;
  /** Into the trash. */
  remove(path: string, by: ChangeAuthor): Promise<readonly FileVersion[]>;
  rollBack(path: string, to: VersionId, by: ChangeAuthor): Promise<FileVersion>;
  restore(version: VersionId, by: ChangeAuthor): Promise<FileVersion>;
  /** Throws what makes a step impossible, naming it, and changes nothing. Returns the steps on canonical paths. */
  check(steps: readonly PlanStep[]): Promise<readonly PlanStep[]>;
  /** All steps or none, over a crash too. */
  apply(steps: readonly PlanStep[], by: ChangeAuthor): Promise<readonly FileVersion[]>;
  /** Makes versions of what other programs did to these paths. */
  notice(paths: readonly string[]): Promise<void>;
  /**
   * Once, before anything else: finishes or undoes what a crash left. What it could not bring to an end when it rejects
   * is tried again before those paths are used.
   */
  settle(): Promise<void>;
  /** That, and notices what changed meanwhile: a look at everything. May be called again at any time. */
  recover(): Promise<void>;
}
