import { invariant } from "../../../shared/errors.ts";

interface Link<Key, Value> {
  readonly key: Key;
  value: Value;
  previous: Link<Key, Value> | null;
  next: Link<Key, Value> | null;
}

/** A queue in order of arrival from which any member can leave. Every operation takes constant time. */
export class LinkedQueue<Key, Value> {
  readonly #links = new Map<Key, Link<Key, Value>>();
  #first: Link<Key, Value> | null = null;
  #last: Link<Key, Value> | null = null;

  get size(): number {
    return this.#links.size;
  }

  has(key: Key): boolean {
    return this.#links.has(key);
  }

  get(key: Key): Value | undefined {
    return this.#links.get(key)?.value;
  }

  push(key: Key, value: Value): void {
    invariant(!this.#links.has(key), `queue holds ${String(key)} already`);
    const link: Link<Key, Value> = { key, value, previous: this.#last, next: null };
    if (this.#last) this.#last.next = link;
    else this.#first = link;
    this.#last = link;
    this.#links.set(key, link);
  }

  /** Puts another value in the place of a member. */
  replace(key: Key, value: Value): void {
    const link = this.#links.get(key);
    invariant(link, `queue holds ${String(key)}`);
    link.value = value;
  }

  first(): Value | null {
    return this.#first?.value ?? null;
  }

  remove(key: Key): Value | null {
    const link = this.#links.get(key);
    if (!link) return null;
    if (link.previous) link.previous.next = link.next;
    else this.#first = link.next;
    if (link.next) link.next.previous = link.previous;
    else this.#last = link.previous;
    this.#links.delete(key);
    return link.value;
  }

  *[Symbol.iterator](): Iterator<Value> {
    for (let link = this.#first; link; link = link.next) yield link.value;
  }
}
