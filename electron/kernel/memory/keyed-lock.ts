/** Runs work on the same key one after the other, in the order asked for; on different keys side by side. */
export class KeyedLock<Key> {
  /** The end of the last work on each key that is under way. */
  readonly #ends = new Map<Key, Promise<void>>();

  /** Settles as `work` does. */
  async run<T>(key: Key, work: () => Promise<T>): Promise<T> {
    const before = this.#ends.get(key);
    const end = Promise.withResolvers<void>();
    this.#ends.set(key, end.promise);
    await before;
    try {
      return await work();
    } finally {
      if (this.#ends.get(key) === end.promise) this.#ends.delete(key);
      end.resolve();
    }
  }
}
