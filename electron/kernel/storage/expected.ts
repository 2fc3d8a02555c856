import { KernelError } from "../../../shared/errors.ts";
import type { FileVersion } from "../../../shared/files.ts";
import type { Expected } from "./versioned-files.ts";

/** Throws `conflict` where a file is not what its caller expected, naming who changed it and when. */
export function checkExpected(path: string, expected: Expected, newest: FileVersion | null): void {
  const isThere = newest !== null && newest.hash !== null;
  switch (expected.type) {
    case "anything":
      return;
    case "absent":
      if (!isThere) return;
      throw new KernelError("conflict", `"${path}" is there already: ${changedBy(newest)}`, {
        hint: "Read it first, then write it knowing what it holds.",
      });
    case "version":
      if (newest?.id === expected.id) return;
      throw new KernelError(
        "conflict",
        newest === null
          ? `"${path}" has no version ${expected.id}`
          : `"${path}" is not what it was at ${expected.id}: ${changedBy(newest)}`,
        { hint: "Read it again, then change what it holds now." },
      );
  }
}

/** Such as "clerk (a3) wrote v12 on 2026-11-27 at 09:47:25 UTC". */
function changedBy({ author, change, id, at }: FileVersion): string {
  const who =
    author.type === "agent"
      ? `${author.name} (${author.agentId})`
      : author.type === "person"
        ? "the person"
        : "another program";
  const [day = "", time = ""] = new Date(at).toISOString().split("T");
  return `${who} ${DONE[change.type]} ${id} on ${day} at ${time.slice(0, 8)} UTC`;
}

const DONE = {
  created: "created",
  written: "wrote",
  moved: "moved it here as",
  "moved-away": "moved it away as",
  deleted: "deleted it as",
  "rolled-back": "rolled it back as",
  restored: "restored it as",
} as const satisfies Record<FileVersion["change"]["type"], string>;
