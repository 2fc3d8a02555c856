import { type SnapshotView, snapshotSeq } from "../../../shared/context.ts";
import { KernelError } from "../../../shared/errors.ts";
import type { KernelEvent } from "../../../shared/events.ts";
import type { Seq, SnapshotId } from "../../../shared/ids.ts";
import { SNAPSHOTS_KEPT } from "../../../shared/limits.ts";
import type { Message } from "../../../shared/messages.ts";
import { ContextFold, type PartialAnswer } from "./fold.ts";
import { moreTelling, type SnapshotPlace, snapshotPlaces } from "./snapshot-places.ts";
import { presentCourse } from "./timeline.ts";

/** A snapshot without its sizes. */
export type Snapshot = Pick<SnapshotView, "id" | "at" | "cause" | "label" | "pinned" | "course">;

export interface SnapshotList {
  /** Newest first. */
  readonly snapshots: readonly SnapshotView[];
  /** Older ones that are not listed. They are found by their id all the same. */
  readonly dropped: number;
}

interface Measured extends SnapshotPlace {
  readonly snapshot: Snapshot;
  /** The same for snapshots between which nothing in the context changed. */
  readonly content: string;
  readonly messages: number;
  readonly tokens: number;
  readonly bytes: number;
  readonly partial: PartialAnswer | null;
}

/**
 * The snapshots of one agent: those that are pinned, and the SNAPSHOTS_KEPT newest others. Of several in a row with the same
 * content the more telling one is listed, and each that is pinned. `events` are all of the agent's, oldest first;
 * `tokensOf` counts one message; `first` is the context that a fork began with (`firstFold`). Takes one pass.
 */
export function listSnapshots(
  events: readonly KernelEvent[],
  tokensOf: (message: Message) => number,
  first: ContextFold = new ContextFold(),
): SnapshotList {
  const listed = withoutRepetition(measure(events, tokensOf, first)).reverse();
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
  if (place) return snapshotAtPlace(events, pinnedIds(events), courseOf(events))(place);
  throw new KernelError("not-found", `There is no snapshot ${id} of this agent`, {
    hint: "Choose one from the list of its snapshots",
  });
}

function snapshotAtPlace(
  events: readonly KernelEvent[],
  pinned: ReadonlySet<SnapshotId>,
  course: ReadonlySet<Seq>,
): (place: SnapshotPlace) => Snapshot {
  return ({ id, at, cause, label, index }) => {
    const event = events[index];
    return {
      id,
      at,
      cause,
      label,
      pinned: pinned.has(id) ? "yes" : "no",
      course: event && course.has(event.seq) ? "current" : "left",
    };
  };
}

const courseOf = (events: readonly KernelEvent[]): ReadonlySet<Seq> =>
  new Set(presentCourse(events, null).map(({ seq }) => seq));

/** A person's own snapshot is pinned from the start. Rewinds change nothing about pins. */
function pinnedIds(events: readonly KernelEvent[]): ReadonlySet<SnapshotId> {
  const pinned = new Set<SnapshotId>();
  for (const place of snapshotPlaces(events)) {
    if (place.cause === "person") pinned.add(place.id);
  }
  for (const event of events) {
    if (event.type === "snapshot.pinned") pinned.add(event.snapshotId);
    else if (event.type === "snapshot.unpinned") pinned.delete(event.snapshotId);
  }
  return pinned;
}

/** Every snapshot with its sizes, oldest first: the events are folded once, through all courses. */
function measure(
  events: readonly KernelEvent[],
  tokensOf: (message: Message) => number,
  first: ContextFold,
): readonly Measured[] {
  const snapshotOf = snapshotAtPlace(events, pinnedIds(events), courseOf(events));
  const places = Map.groupBy(snapshotPlaces(events), ({ index }) => index);
  const sizes = new Sizes(tokensOf);
  const measured: Measured[] = [];
  for (const { fold, index, course } of foldAll(events, first)) {
    for (const place of places.get(index) ?? []) {
      const { partial, revision } = fold;
      const content = `${course}.${revision}`;
      measured.push({ ...place, snapshot: snapshotOf(place), content, partial, ...sizes.of(fold.messages) });
    }
  }
  return measured;
}

/** The context after each event. What a rewind will go back to is set aside on the way. */
function* foldAll(
  events: readonly KernelEvent[],
  first: ContextFold,
): Generator<{ readonly fold: ContextFold; readonly index: number; readonly course: number }> {
  const targets = events
    .flatMap((event) => (event.type === "context.rewound" ? [snapshotSeq(event.snapshotId)] : []))
    .toSorted((a, b) => b - a);
  const aside = new Map<Seq, ContextFold>();
  let fold = first.fork();
  let course = 0;
  for (const [index, event] of events.entries()) {
    for (let next = targets.at(-1); next !== undefined && next < event.seq; next = targets.at(-1)) {
      aside.set(next, aside.get(next) ?? fold.fork());
      targets.pop();
    }
    if (event.type === "context.rewound") {
      fold = (aside.get(snapshotSeq(event.snapshotId)) ?? first).fork();
      course += 1;
    } else {
      fold.apply(event);
    }
    yield { fold, index, course };
  }
}

/** Of snapshots in a row with the same content, those that are pinned, or else the more telling one. */
function withoutRepetition(measured: readonly Measured[]): Measured[] {
  return [...Map.groupBy(measured, ({ content }) => content).values()].flatMap((same) => {
    const pinned = same.filter(({ snapshot }) => snapshot.pinned === "yes");
    return pinned.length > 0 ? pinned : [same.reduce(better)];
  });
}

/** One of the present course before one that was left, then the more telling one. */
function better(a: Measured, b: Measured): Measured {
  if (a.snapshot.course === b.snapshot.course) return moreTelling(b, a) ? b : a;
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
