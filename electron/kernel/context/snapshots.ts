import { type SnapshotView, snapshotAt, snapshotSeq } from "../../../shared/context.ts";
import { KernelError } from "../../../shared/errors.ts";
import type { KernelEvent } from "../../../shared/events.ts";
import type { Seq, SnapshotId } from "../../../shared/ids.ts";
import { SNAPSHOTS_KEPT } from "../../../shared/limits.ts";
import type { Message } from "../../../shared/messages.ts";
import { ContextFold, type PartialAnswer } from "./fold.ts";
import { moreTelling, type SnapshotPlace, snapshotPlaces } from "./snapshot-places.ts";
import { coursesOf } from "./timeline.ts";

/** Events that are folded before others have their turn. */
const EVENTS_PER_TURN = 1_000;

/** A snapshot without its sizes. */
export type Snapshot = Pick<SnapshotView, "id" | "at" | "cause" | "label" | "pinned" | "course">;

export interface SnapshotList {
  /** Newest first. */
  readonly snapshots: readonly SnapshotView[];
  /** Older ones that are not listed. They are found by their id all the same. */
  readonly dropped: number;
}

interface Measured {
  readonly snapshot: Snapshot;
  /** The same for snapshots of one and the same context. */
  readonly content: number;
  readonly messages: number;
  readonly tokens: number;
  readonly bytes: number;
  readonly partial: PartialAnswer | null;
}

/**
 * The snapshots of one agent: those that are pinned, and the SNAPSHOTS_KEPT newest others. Of several in a row
 * with the same content the more telling one is listed, and each that is pinned. `events` are all of the agent's,
 * oldest first; `tokensOf` counts one message; `first` is the context that a fork began with (`firstFold`). Folds
 * the events once.
 */
export function listSnapshots(
  events: readonly KernelEvent[],
  tokensOf: (message: Message) => number,
  first?: ContextFold,
): SnapshotList {
  const listing = listingSnapshots(events, tokensOf, first);
  let step = listing.next();
  while (!step.done) step = listing.next();
  return step.value;
}

/** As `listSnapshots`, with a pause after every EVENTS_PER_TURN events: a long life must not hold the event loop. */
export function* listingSnapshots(
  events: readonly KernelEvent[],
  tokensOf: (message: Message) => number,
  first: ContextFold = new ContextFold(),
): Generator<void, SnapshotList, void> {
  const listed = withoutRepetition(yield* measure(events, tokensOf, first)).reverse();
  let others = 0;
  const shown = listed.filter(({ snapshot }) => {
    if (snapshot.pinned === "yes") return true;
    others += 1;
    return others <= SNAPSHOTS_KEPT;
  });
  return { snapshots: shown.map(viewOf), dropped: listed.length - shown.length };
}

/** A snapshot by its id, whether it is still listed or not. Throws `not-found`. */
export function findSnapshot(events: readonly KernelEvent[], id: SnapshotId): Snapshot {
  const place = snapshotPlaces(events).find((each) => each.id === id);
  if (place) return snapshotMaker(events)(place);
  throw new KernelError("not-found", `There is no snapshot ${id} of this agent`, {
    hint: "Choose one from the list of its snapshots",
  });
}

function snapshotMaker(events: readonly KernelEvent[]): (place: SnapshotPlace) => Snapshot {
  const pinned = pinnedIds(events);
  const courses = coursesOf(events);
  return ({ id, at, cause, label, index }) => {
    return {
      id,
      at,
      cause,
      label,
      pinned: pinned.has(id) ? "yes" : "no",
      course: courses[index] ?? "current",
    };
  };
}

/** A person's own snapshot is pinned from the start. Rewinds change nothing about pins. */
function pinnedIds(events: readonly KernelEvent[]): ReadonlySet<SnapshotId> {
  const pinned = new Set<SnapshotId>();
  for (const event of events) {
    if (event.type === "snapshot.taken") pinned.add(snapshotAt(event.seq));
    else if (event.type === "snapshot.pinned") pinned.add(event.snapshotId);
    else if (event.type === "snapshot.unpinned") pinned.delete(event.snapshotId);
  }
  return pinned;
}

/** Every snapshot with its sizes, oldest first: the events are folded once, through all courses. */
function* measure(
  events: readonly KernelEvent[],
  tokensOf: (message: Message) => number,
  first: ContextFold,
): Generator<void, readonly Measured[], void> {
  const snapshotOf = snapshotMaker(events);
  const places = Map.groupBy(snapshotPlaces(events), ({ index }) => index);
  const sizes = new Sizes(tokensOf);
  const measured: Measured[] = [];
  for (const { fold, index, content } of foldAll(events, first)) {
    for (const place of places.get(index) ?? []) {
      const { partial, messages } = fold;
      measured.push({ snapshot: snapshotOf(place), content, partial, ...sizes.of(messages) });
    }
    if ((index + 1) % EVENTS_PER_TURN === 0) yield;
  }
  return measured;
}

/** A context on the way through the events. `content` is the same number for one and the same context. */
interface Step {
  readonly fold: ContextFold;
  readonly content: number;
}

/** The context after each event. What a rewind will go back to is set aside on the way. */
function* foldAll(
  events: readonly KernelEvent[],
  first: ContextFold,
): Generator<Step & { readonly index: number }> {
  const targets = events
    .flatMap((event) => (event.type === "context.rewound" ? [snapshotSeq(event.snapshotId)] : []))
    .toSorted((a, b) => b - a);
  const aside = new Map<Seq, Step>();
  let step: Step = { fold: first.fork(), content: 0 };
  let contents = 0;
  for (const [index, event] of events.entries()) {
    for (let next = targets.at(-1); next !== undefined && next < event.seq; next = targets.at(-1)) {
      if (!aside.has(next)) aside.set(next, { ...step, fold: step.fold.fork() });
      targets.pop();
    }
    if (event.type === "context.rewound") {
      const then = aside.get(snapshotSeq(event.snapshotId)) ?? { fold: first, content: 0 };
      step = { ...then, fold: then.fold.fork() };
    } else {
      const { fold } = step;
      const before = fold.revision;
      fold.apply(event);
      if (fold.revision !== before) {
        contents += 1;
        step = { fold, content: contents };
      }
    }
    yield { ...step, index };
  }
}

/** Of snapshots in a row with the same content, those that are pinned, or else the more telling one. */
function withoutRepetition(measured: readonly Measured[]): Measured[] {
  const rows: Measured[][] = [];
  for (const each of measured) {
    const row = rows.at(-1);
    if (row?.[0]?.content === each.content) row.push(each);
    else rows.push([each]);
  }
  return rows.flatMap((row) => {
    const pinned = row.filter(({ snapshot }) => snapshot.pinned === "yes");
    return pinned.length > 0 ? pinned : [row.reduce(better)];
  });
}

/** One of the present course before one that was left, then the more telling one. */
function better(a: Measured, b: Measured): Measured {
  if (a.snapshot.course === b.snapshot.course) return moreTelling(b.snapshot, a.snapshot) ? b : a;
  return a.snapshot.course === "current" ? a : b;
}

function viewOf({ snapshot, messages, tokens, bytes, partial }: Measured): SnapshotView {
  const partialTokens = partial?.tokens ?? 0;
  return {
    ...snapshot,
    messages,
    tokens: tokens + partialTokens,
    bytes: bytes + utf8Bytes(partial?.text ?? ""),
    partialTokens,
  };
}

const encoder = new TextEncoder();
const utf8Bytes = (text: string): number => encoder.encode(text).byteLength;

const textOf = (message: Message): string =>
  message.role === "assistant" && message.toolCalls.length > 0
    ? message.content + JSON.stringify(message.toolCalls)
    : message.content;

/** Sizes of a growing list of messages: each message is measured once, and added up once while the list only grows. */
class Sizes {
  readonly #tokensOf: (message: Message) => number;
  readonly #known = new WeakMap<Message, { readonly tokens: number; readonly bytes: number }>();
  #list: readonly Message[] = [];
  #sum = { messages: 0, tokens: 0, bytes: 0 };

  constructor(tokensOf: (message: Message) => number) {
    this.#tokensOf = tokensOf;
  }

  of(list: readonly Message[]): Pick<SnapshotView, "messages" | "tokens" | "bytes"> {
    if (list !== this.#list) this.#sum = { messages: 0, tokens: 0, bytes: 0 };
    this.#list = list;
    for (const message of list.slice(this.#sum.messages)) {
      const { tokens, bytes } = this.#measure(message);
      const { messages } = this.#sum;
      this.#sum = {
        messages: messages + 1,
        tokens: this.#sum.tokens + tokens,
        bytes: this.#sum.bytes + bytes,
      };
    }
    return this.#sum;
  }

  #measure(message: Message): { readonly tokens: number; readonly bytes: number } {
    const known = this.#known.get(message);
    if (known) return known;
    const size = { tokens: this.#tokensOf(message), bytes: utf8Bytes(textOf(message)) };
    this.#known.set(message, size);
    return size;
  }
}
