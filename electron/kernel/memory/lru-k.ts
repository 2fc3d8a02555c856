export interface LruKOptions {
  /** References that count: the K of LRU-K. 1 is LRU. */
  readonly k: number;
  /** References closer together than this are one: the use of a thing at one time says nothing about its return. */
  readonly correlatedPeriod: number;
  /**
   * Share of all, 0 to 1, that is passed over for a near reference, the latest ones: else a quick look through
   * everything would be over before its own things can go, and would push out all the rest. 1 is the paper.
   */
  readonly nearShare: number;
}

/** Times of the last K uncorrelated references, the latest first, then that of the latest of all. */
export type History = readonly number[];

/** A member of the order; its fields are the order's own, but for `value`. */
export interface Member<Value> {
  readonly value: Value;
  /** See `History`; -Infinity where there were fewer references. */
  history: number[];
  /** Rank of the latest reference among all: of equals the one that was longest unused goes first. */
  turn: number;
  /** Place in the heap; else whether it is in the list, its latest reference being too near for it to be evicted. */
  place: number;
  newer: Member<Value> | null;
  older: Member<Value> | null;
}

const LISTED = -1;
const OUTSIDE = -2;

/**
 * The order in which things leave a cache by LRU-K: the one whose K-th last uncorrelated reference lies farthest
 * back goes first; those with fewer than K references before all others; of equals the least recently used. A
 * reference within the correlated reference period of the one before it prolongs that one and does not count. One
 * whose latest reference is that near is passed over, as `nearShare` allows, while there is any other; then the least
 * recently used goes.
 * E. J. O'Neil, P. E. O'Neil, G. Weikum: The LRU-K page replacement algorithm for database disk buffering, SIGMOD
 * 1993, figure 2.1. Each operation takes O(log n), amortised: members wait in a list, ordered by use, until their
 * period is over, and then in a heap. Times are in any unit and never go back. What is known of those that left is the
 * caller's to keep (the paper's retained information): with it, a thing that comes back counts as if it had stayed.
 */
export class LruK<Value> {
  readonly #k: number;
  readonly #period: number;
  readonly #nearShare: number;
  readonly #heap: Member<Value>[] = [];
  /** Ends of the list of those whose latest reference is near. */
  #oldest: Member<Value> | null = null;
  #newest: Member<Value> | null = null;
  #listed = 0;
  #turns = 0;

  constructor({ k, correlatedPeriod, nearShare }: LruKOptions) {
    this.#nearShare = nearShare;
    this.#k = k;
    this.#period = correlatedPeriod;
  }

  /** A thing comes in by a reference at `now`. */
  add(value: Value, now: number, before: History | null): Member<Value> {
    const history = before
      ? [...before]
      : Array.from({ length: this.#k + 1 }, () => Number.NEGATIVE_INFINITY);
    const member = { value, history, turn: 0, place: OUTSIDE, newer: null, older: null };
    this.touch(member, now);
    return member;
  }

  /** A reference. One that was taken out comes in again. */
  touch(member: Member<Value>, now: number): void {
    this.remove(member);
    this.#turns += 1;
    member.turn = this.#turns;
    this.#refer(member, now);
    member.place = LISTED;
    this.#listed += 1;
    member.older = this.#newest;
    if (this.#newest) this.#newest.newer = member;
    else this.#oldest = member;
    this.#newest = member;
  }

  /** Takes a member out; does nothing when it is out. */
  remove(member: Member<Value>): void {
    if (member.place === LISTED) this.#unlink(member);
    else if (member.place !== OUTSIDE) this.#takeFromHeap(member);
    member.place = OUTSIDE;
  }

  /** The one to evict next at `now`; null when there is none. */
  victim(now: number): Member<Value> | null {
    const most = this.#nearShare * (this.#listed + this.#heap.length);
    for (let member = this.#oldest; member; member = this.#oldest) {
      if (!this.#isFar(member, now) && this.#listed <= most) break;
      this.#unlink(member);
      member.place = this.#heap.length;
      this.#heap.push(member);
      this.#rise(member);
    }
    return this.#heap[0] ?? this.#oldest;
  }

  #isFar({ history }: Member<Value>, now: number): boolean {
    return now - (history[this.#k] ?? Number.NEGATIVE_INFINITY) > this.#period;
  }

  #refer(member: Member<Value>, now: number): void {
    const { history } = member;
    const last = this.#k;
    if (this.#isFar(member, now)) {
      // The paper shifts older times by the length of the period that has closed, as if it had been one moment.
      const first = history[0] ?? Number.NEGATIVE_INFINITY;
      const closed = Number.isFinite(first) ? (history[last] ?? first) - first : 0;
      for (let at = last - 1; at > 0; at -= 1) {
        history[at] = (history[at - 1] ?? Number.NEGATIVE_INFINITY) + closed;
      }
      history[0] = now;
    }
    history[last] = now;
  }

  #unlink(member: Member<Value>): void {
    this.#listed -= 1;
    if (member.older) member.older.newer = member.newer;
    else this.#oldest = member.newer;
    if (member.newer) member.newer.older = member.older;
    else this.#newest = member.older;
    member.older = null;
    member.newer = null;
  }

  #takeFromHeap(member: Member<Value>): void {
    const last = this.#heap.pop();
    if (!last || last === member) return;
    this.#heap[member.place] = last;
    last.place = member.place;
    this.#rise(last);
    this.#sink(last);
  }

  #rise(member: Member<Value>): void {
    while (member.place > 0) {
      const parent = this.#heap[(member.place - 1) >> 1];
      if (!parent || !this.#isBefore(member, parent)) return;
      this.#swap(member, parent);
    }
  }

  #sink(member: Member<Value>): void {
    while (true) {
      const left = this.#heap[2 * member.place + 1];
      const right = this.#heap[2 * member.place + 2];
      const child = left && right && this.#isBefore(right, left) ? right : left;
      if (!child || !this.#isBefore(child, member)) return;
      this.#swap(child, member);
    }
  }

  #swap(one: Member<Value>, other: Member<Value>): void {
    const { place } = one;
    one.place = other.place;
    other.place = place;
    this.#heap[one.place] = one;
    this.#heap[other.place] = other;
  }

  #isBefore(one: Member<Value>, other: Member<Value>): boolean {
    const kth = one.history[this.#k - 1] ?? Number.NEGATIVE_INFINITY;
    const others = other.history[this.#k - 1] ?? Number.NEGATIVE_INFINITY;
    return kth < others || (kth === others && one.turn < other.turn);
  }
}
