import { memoryId } from "../../../shared/memory.ts";
import { openMemoryStore } from "../memory-store.ts";
import { put } from "./memory-items.ts";

/** A process to be killed: writes pairs of items, many at once, and prints the first number of each pair that is kept. */
const disk = await openMemoryStore(process.argv[2] ?? "");
for (let from = 1; ; from += 40) {
  const pairs = Array.from({ length: 20 }, (_, index) => from + 2 * index);
  await Promise.all(
    pairs.map(async (n) => {
      await disk.write([put(n, `tea ${n}`, { links: [memoryId(n + 1)] }), put(n + 1, `milk ${n}`)]);
      process.stdout.write(`${n}\n`);
    }),
  );
}
