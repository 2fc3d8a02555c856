import { expect, test } from "vitest";
import { QUERY_VECTOR_MS, QUERY_VECTORS_KEPT, QUERY_VECTORS_MADE } from "../limits-recall.ts";
import type { SyscallOptions, SyscallOutcome } from "../syscall.ts";
import { ManualClock, settle } from "../testing/manual-clock.ts";
import { QueryVectors } from "./query-vectors.ts";

/** A model queue whose calls end when the test says so. */
function queue() {
  const waiting: (() => void)[] = [];
  const asked: string[] = [];
  const submit = (options: SyscallOptions): Promise<SyscallOutcome> => {
    const texts = options.call.kind === "llm" ? (options.call.messages ?? []) : [];
    asked.push(...texts.map(({ content }) => content));
    return new Promise((resolve) => {
      waiting.push(() => {
        options.vectors?.(texts.map(({ content }) => Float32Array.of(content.length)));
        const message = { role: "assistant", content: "", toolCalls: [] } as const;
        const usage = { promptTokens: 1, outputTokens: 0, source: "estimated" } as const;
        resolve({
          state: "done",
          result: { kind: "llm", message, model: "m", finishReason: "stop", usage },
        });
      });
    });
  };
  const endAll = (): void => {
    for (const end of waiting.splice(0)) end();
  };
  const clock = new ManualClock();
  return { asked, endAll, clock, vectors: new QueryVectors({ clock, path: () => ({ submit }) }) };
}

test("a search does not wait longer than its time; what comes late is there for the next", async () => {
  const { vectors, clock, endAll, asked } = queue();
  const first = vectors.of("m", "tea");
  clock.advance(QUERY_VECTOR_MS);
  expect(await first).toBeNull();
  endAll();
  await settle();
  expect(await vectors.of("m", " tea ")).toEqual({ model: "m", vector: Float32Array.of(3) });
  expect(asked).toEqual(["tea"]);
  expect(clock.timers).toBe(0);
});

test("the same search twice is one call; vectors are those of one model", async () => {
  const { vectors, endAll, asked } = queue();
  const both = Promise.all([vectors.of("m", "tea"), vectors.of("m", "tea")]);
  endAll();
  expect((await both).map((each) => each?.model)).toEqual(["m", "m"]);
  void vectors.of("other", "tea");
  expect(asked).toEqual(["tea", "tea"]);
});

test("calls under way and vectors kept are bounded", async () => {
  const { vectors, endAll, asked } = queue();
  for (let n = 0; n < QUERY_VECTORS_MADE; n += 1) void vectors.of("m", `text ${n}`);
  expect(await vectors.of("m", "one too many")).toBeNull();
  endAll();
  await settle();
  for (let n = 0; n < QUERY_VECTORS_KEPT; n += 1) {
    const made = vectors.of("m", `query ${n}`);
    endAll();
    await made;
  }
  const before = asked.length;
  await vectors.of("m", "query 1");
  expect(asked.length).toBe(before);
  void vectors.of("m", "text 0");
  expect(asked.length).toBe(before + 1);
});
