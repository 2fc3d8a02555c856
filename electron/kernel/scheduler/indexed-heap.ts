import { invariant } from "../../../shared/errors.ts";

interface Node<Key, Value> {
  readonly key: Key;
  readonly value: Value;
  readonly rank: number;
  /** Breaks ties by arrival. */
  readonly arrival: number;
}

/** A binary heap, smallest rank first and first come first among equals, from which any member can leave. */
export class IndexedHeap<Key, Value> {
  readonly #nodes: Node<Key, Value>[] = [];
  readonly #positions = new Map<Key, number>();
  #arrivals = 0;

  get size(): number {
    return this.#nodes.length;
  }

  push(key: Key, value: Value, rank: number): void {
    invariant(!this.#positions.has(key), `heap holds ${String(key)} already`);
    this.#arrivals += 1;
    this.#place(this.#nodes.length, { key, value, rank, arrival: this.#arrivals });
    this.#rise(this.#nodes.length - 1);
  }

  remove(key: Key): Value | null {
    const position = this.#positions.get(key);
    const node = position === undefined ? undefined : this.#nodes[position];
    if (position === undefined || !node) return null;
    this.#positions.delete(key);
    const last = this.#nodes.pop();
    if (last && last !== node) {
      this.#place(position, last);
      this.#rise(position);
      this.#sink(this.#positions.get(last.key) ?? position);
    }
    return node.value;
  }

  /** The first `count` members in order, with their ranks. Looks at 2^count - 1 nodes: keep `count` small. */
  smallest(count: number): readonly { readonly value: Value; readonly rank: number }[] {
    return this.#nodes
      .slice(0, 2 ** count - 1)
      .sort(before)
      .slice(0, count);
  }

  *[Symbol.iterator](): Iterator<Value> {
    for (const node of this.#nodes) yield node.value;
  }

  #place(position: number, node: Node<Key, Value>): void {
    this.#nodes[position] = node;
    this.#positions.set(node.key, position);
  }

  #rise(from: number): void {
    let position = from;
    while (position > 0) {
      const parent = (position - 1) >> 1;
      if (!this.#swapIfBefore(position, parent)) return;
      position = parent;
    }
  }

  #sink(from: number): void {
    let position = from;
    while (true) {
      const left = 2 * position + 1;
      const right = left + 1;
      const child = this.#isBefore(right, left) ? right : left;
      if (!this.#swapIfBefore(child, position)) return;
      position = child;
    }
  }

  #isBefore(a: number, b: number): boolean {
    const nodeA = this.#nodes[a];
    const nodeB = this.#nodes[b];
    return nodeA !== undefined && nodeB !== undefined && before(nodeA, nodeB) < 0;
  }

  #swapIfBefore(a: number, b: number): boolean {
    if (!this.#isBefore(a, b)) return false;
    const nodeA = this.#nodes[a];
    const nodeB = this.#nodes[b];
    invariant(nodeA && nodeB, "heap positions are in range");
    this.#place(b, nodeA);
    this.#place(a, nodeB);
    return true;
  }
}

const before = (a: Node<unknown, unknown>, b: Node<unknown, unknown>): number =>
  a.rank - b.rank || a.arrival - b.arrival;
