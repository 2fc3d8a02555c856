import type { SyscallDetail } from "../../../shared/agent-detail.ts";
import type { SyscallId } from "../../../shared/ids.ts";

export type FileTouch = "read" | "written" | "deleted";

export interface TouchedFile {
  readonly path: string;
  /** What was done with it, each once, in the order it was first done. */
  readonly touches: readonly FileTouch[];
  /** The last syscall that touched it. */
  readonly last: SyscallId;
}

const TOUCH_OF: Readonly<Record<string, FileTouch>> = { read: "read", write: "written", delete: "deleted" };

const isFile = (target: string): boolean => target !== "" && target !== "." && !target.endsWith("/");

/** By the effects the gate derived; a read that needs no permission has none and is told by its argument. */
function touchesOf(call: SyscallDetail): readonly (readonly [path: string, touch: FileTouch])[] {
  const effects = call.decision?.effects ?? [];
  if (effects.length === 0 && call.call.kind === "storage" && call.call.tool === "read_file") {
    const { path } = call.call.arguments;
    return typeof path === "string" ? [[path, "read"]] : [];
  }
  return effects.flatMap(({ type, target }) => {
    const touch = TOUCH_OF[type];
    return touch && isFile(target) ? [[target, touch] as const] : [];
  });
}

/** Files that finished storage calls read, wrote or deleted, last touched first. Folders are left out. */
export function filesTouched(calls: readonly SyscallDetail[]): readonly TouchedFile[] {
  const files = new Map<string, TouchedFile>();
  for (const call of calls) {
    if (call.call.kind !== "storage" || call.result?.kind !== "storage" || call.result.outcome !== "ok")
      continue;
    for (const [path, touch] of touchesOf(call)) {
      const earlier = files.get(path)?.touches ?? [];
      files.delete(path);
      files.set(path, {
        path,
        touches: earlier.includes(touch) ? earlier : [...earlier, touch],
        last: call.id,
      });
    }
  }
  return [...files.values()].reverse();
}
