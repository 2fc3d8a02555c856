import type { SyscallDetail } from "../../../../shared/agent-detail.ts";
import { snapshotIdSchema, snapshotSeq } from "../../../../shared/context.ts";
import { syscallIdSchema } from "../../../../shared/id-schemas.ts";
import type { SnapshotId, SyscallId } from "../../../../shared/ids.ts";
import type { Choice } from "../../../components/inputs.tsx";
import { formatTime } from "../../../format.ts";

/** What the context's pane shows. */
export type Shown =
  | { readonly type: "now" }
  | { readonly type: "snapshot"; readonly id: SnapshotId }
  /** The prompt of a past model call. */
  | { readonly type: "call"; readonly id: SyscallId }
  | { readonly type: "compare"; readonly from: SnapshotId | "now"; readonly to: SnapshotId | "now" };

export const NOW: Shown = { type: "now" };
const COMPARE = "compare";

/** A snapshot beside now, or beside the one that is compared with now already: the older of them first. */
export function comparedWith(shown: Shown, id: SnapshotId): Shown {
  if (shown.type !== "compare" || shown.to !== "now" || shown.from === "now" || shown.from === id) {
    return { type: "compare", from: id, to: "now" };
  }
  return snapshotSeq(shown.from) < snapshotSeq(id)
    ? { type: "compare", from: shown.from, to: id }
    : { type: "compare", from: id, to: shown.from };
}

/** Snapshots that the pane shows, alone or one beside the other. */
export function shownSnapshots(shown: Shown): ReadonlySet<SnapshotId> {
  switch (shown.type) {
    case "snapshot":
      return new Set([shown.id]);
    case "compare":
      return new Set([shown.from, shown.to].flatMap((place) => (place === "now" ? [] : [place])));
    default:
      return new Set();
  }
}

/** What is shown, as the value of a choice. */
export const shownValue = (shown: Shown): string =>
  shown.type === "now" || shown.type === "compare" ? shown.type : shown.id;

/** What a choice's value shows; what is shown already stays for one that is none. */
export function shownFrom(value: string, shown: Shown): Shown {
  if (value === "now") return NOW;
  const snapshot = snapshotIdSchema.safeParse(value);
  if (snapshot.success) return { type: "snapshot", id: snapshot.data };
  const call = syscallIdSchema.safeParse(value);
  return call.success ? { type: "call", id: call.data } : shown;
}

/** Now, what is shown, and each model call of the agent with its prompt, newest first. */
export function shownChoices(shown: Shown, calls: readonly SyscallDetail[]): readonly Choice<string>[] {
  const prompts = calls
    .filter(({ call }) => call.kind === "llm")
    .map((each, index) => ({
      value: each.id as string,
      label: `${nameOf(each)} ${index + 1} · ${each.id} · ${formatTime(each.createdAt)} · ${each.state}`,
    }))
    .reverse();
  return [{ value: "now", label: "Now: what the next call would be sent" }, ...openChoice(shown), ...prompts];
}

const nameOf = ({ call }: SyscallDetail): string =>
  call.kind === "llm" && call.purpose === "summary" ? "Prompt of the summary, call" : "Prompt of call";

function openChoice(shown: Shown): readonly Choice<string>[] {
  switch (shown.type) {
    case "snapshot":
      return [{ value: shown.id, label: `As it stood at ${shown.id}` }];
    case "compare":
      return [{ value: COMPARE, label: "Two compared" }];
    default:
      return [];
  }
}
