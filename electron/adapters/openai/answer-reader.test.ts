import { expect, test } from "vitest";
import { toErrorData } from "../../../shared/errors.ts";
import { ANSWER_CHARACTERS, CHAT_COMPLETIONS, readAnswer } from "./answer-reader.ts";
import { identifyAddress } from "./server-identity.ts";

const chunk = (content: string, finish: string | null = null): string =>
  `data: ${JSON.stringify({ choices: [{ delta: { content }, finish_reason: finish }] })}\n\n`;

/** Reads an answer whose body comes in these pieces. */
async function read(pieces: Iterable<Uint8Array>) {
  const texts: string[] = [];
  const iterator = pieces[Symbol.iterator]();
  let closed = "no";
  const body = new ReadableStream<Uint8Array>({
    pull(controller) {
      const { done, value } = iterator.next();
      if (done) controller.close();
      else controller.enqueue(value);
    },
    cancel() {
      closed = "yes";
    },
  });
  const outcome = await readAnswer(new Response(body), {
    format: CHAT_COMPLETIONS,
    server: identifyAddress("The server", "http://127.0.0.1:1/v1", "m", null),
    watchdog: { touch: () => undefined, finishing: () => undefined },
    onText: (text) => texts.push(text),
    now: () => 0,
  }).catch(toErrorData);
  return { outcome, texts, closed: () => closed };
}

test("characters that are cut between two pieces come whole", async () => {
  const bytes = new TextEncoder().encode(`\uFEFF${chunk("Größe: 漢字 🙂", "stop")}`);
  const { outcome, texts } = await read(Array.from(bytes, (byte) => Uint8Array.of(byte)));
  expect(outcome).toMatchObject({ text: "Größe: 漢字 🙂", finishReason: "stop" });
  expect(texts).toEqual(["Größe: 漢字 🙂"]);
});

test("an answer without end is read no further than its bound", async () => {
  const part = new TextEncoder().encode(chunk("x".repeat(64_000)));
  let parts = 0;
  function* endless(): Generator<Uint8Array> {
    for (;;) {
      parts += 1;
      yield part;
    }
  }
  const { outcome, closed } = await read(endless());
  expect(outcome).toMatchObject({ code: "model-stream-malformed" });
  expect(parts * 64_000).toBeLessThan(ANSWER_CHARACTERS + 4 * 64_000);
  expect(closed()).toBe("yes");
});

test("one line without end, thoughts without end and calls without end are bounded too", async () => {
  const encode = (text: string) => new TextEncoder().encode(text);
  function* repeat(first: string, text: string): Generator<Uint8Array> {
    yield encode(first);
    const part = encode(text);
    for (;;) yield part;
  }
  const thought = `data: ${JSON.stringify({ choices: [{ delta: { reasoning: "y".repeat(64_000) } }] })}\n\n`;
  const call = { function: { name: "clock", arguments: "{}" } };
  const calls = `data: ${JSON.stringify({ choices: [{ delta: { tool_calls: [call] } }] })}\n\n`;
  for (const pieces of [
    repeat("data: ", "z".repeat(64_000)),
    repeat("{", "z".repeat(64_000)),
    repeat("", thought),
    repeat("", calls),
  ]) {
    expect((await read(pieces)).outcome).toMatchObject({ code: "model-stream-malformed" });
  }
});

test("what comes after [DONE] is not read", async () => {
  const { outcome } = await read([
    new TextEncoder().encode(`${chunk("a", "stop")}data: [DONE]\n\ndata: {broken\n\n`),
  ]);
  expect(outcome).toMatchObject({ text: "a" });
});

test("empty lines before the answer, sent to keep the connection open, do no harm", async () => {
  const lines = Array.from({ length: 100 }, () => new TextEncoder().encode("\n".repeat(100)));
  const whole = JSON.stringify({ choices: [{ message: { content: "a" }, finish_reason: "stop" }] });
  for (const text of [chunk("a", "stop"), whole]) {
    const { outcome } = await read([...lines, new TextEncoder().encode(text)]);
    expect(outcome).toMatchObject({ text: "a" });
  }
});
