import { expect, test } from "vitest";
import { readBounded } from "./bounded-body.ts";

test("a body is read up to its bound", async () => {
  expect(await readBounded(new Response("abcdef"), 6)).toEqual({ text: "abcdef", complete: "complete" });
  expect(await readBounded(new Response("abcdef"), 4)).toEqual({ text: "abcd", complete: "cut" });
  expect(await readBounded(new Response(null), 4)).toEqual({ text: "", complete: "complete" });
});

test("a body without end is called off", async () => {
  let called = "off yet";
  const body = new ReadableStream<Uint8Array>({
    pull: (controller) => controller.enqueue(new Uint8Array(100).fill(97)),
    cancel: () => {
      called = "off";
    },
  });
  expect((await readBounded(new Response(body), 1_000)).text).toBe("a".repeat(1_000));
  expect(called).toBe("off");
});
