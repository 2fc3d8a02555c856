import { KernelError } from "../../../shared/errors.ts";
import type { FileChange, FileVersion, PlanStep, VersionId } from "../../../shared/files.ts";
import type { VersionStore } from "../ports.ts";
import type { Step } from "./change-plan.ts";

/** Versions that are looked through for the last content of a deleted file. */
const VERSIONS_LOOKED_AT = 100;

/** An older version's content, to be put in place again. */
interface PutVersion {
  readonly type: "put-version";
  readonly path: string;
  readonly hash: string;
  readonly bytes: number;
  readonly change: FileChange;
}

/** A step on canonical paths, its content not kept yet. */
export type Asked =
  | Exclude<PlanStep, { type: "roll-back" | "write" }>
  | { readonly type: "write"; readonly path: string; readonly content: string | Uint8Array }
  | PutVersion;

/**
 * Keeps the contents of steps. What is held is added to `held`, for the caller to release, also where this throws:
 * what the store throws.
 */
export async function keepSteps(
  store: VersionStore,
  steps: readonly Asked[],
  held: string[],
): Promise<readonly Step[]> {
  const kept: Step[] = [];
  for (const step of steps) {
    if (step.type === "write") {
      const content =
        typeof step.content === "string" ? new TextEncoder().encode(step.content) : step.content;
      const hash = await store.keep(content);
      held.push(hash);
      kept.push({ type: "put", path: step.path, hash, bytes: content.length, change: null });
    } else if (step.type === "put-version") {
      // Held, so that its last version may go meanwhile.
      held.push(await store.keep(await store.content(step.hash)));
      kept.push({ ...step, type: "put" });
    } else kept.push(step);
  }
  return kept;
}

/** Throws `not-found`, and `bad-input` for a version that is no content of this path. */
export async function contentToRollBack(
  store: VersionStore,
  path: string,
  to: VersionId,
): Promise<PutVersion> {
  const version = await versionOf(store, to);
  if (version.path !== path) {
    throw new KernelError("bad-input", `${to} is a version of "${version.path}", not of "${path}"`);
  }
  if (version.hash === null) {
    throw new KernelError("bad-input", `"${path}" was not there at ${to}`, {
      hint: "Choose a version that has content, or delete the file.",
    });
  }
  const { hash, bytes } = version;
  return { type: "put-version", path, hash, bytes, change: { type: "rolled-back", to } };
}

/** `id` may be that of the deletion: then it is the content before it. Throws `not-found`. */
export async function contentToRestore(store: VersionStore, id: VersionId): Promise<PutVersion> {
  const asked = await versionOf(store, id);
  const number = Number(id.slice(1));
  const older =
    asked.hash === null
      ? (await store.versions(asked.path, VERSIONS_LOOKED_AT)).versions.find(
          (version) => version.hash !== null && Number(version.id.slice(1)) < number,
        )
      : asked;
  if (!older || older.hash === null) {
    throw new KernelError("not-found", `What "${asked.path}" held before ${id} was let go`);
  }
  const { path, hash, bytes } = older;
  return { type: "put-version", path, hash, bytes, change: { type: "restored", from: older.id } };
}

async function versionOf(store: VersionStore, id: VersionId): Promise<FileVersion> {
  const version = await store.version(id);
  if (version) return version;
  throw new KernelError("not-found", `There is no version ${id}; it may have been let go`);
}
