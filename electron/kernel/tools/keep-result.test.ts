import { describe, expect, test } from "vitest";
import { KernelError } from "../../../shared/errors.ts";
import { resultId } from "../../../shared/ids.ts";
import type { JsonObject } from "../../../shared/messages.ts";
import {
  READ_RESULT_CHARACTERS,
  RESULT_BEGINNING_CHARACTERS,
  RESULT_BYTES,
  RESULT_IMAGE_BYTES,
  RESULT_IMAGES,
} from "../limits.ts";
import type { ToolReply } from "../ports.ts";
import { type CallSpec, calls, says } from "../testing/scripted-core.ts";
import { type StartOptions, testTool, useKernels } from "../testing/use-kernels.ts";
import { keepReply } from "./keep-result.ts";

const start = useKernels();
const PIXEL = Uint8Array.from([0x89, 0x50, 0x4e, 0x47, 1, 2, 3]);
const image = (bytes = PIXEL, mimeType = "image/png") => ({ bytes, mimeType });

/** What the model read of each of its calls, made one after the other, when the tool `make` replies so. */
async function readOf(reply: string | ToolReply, turns: readonly CallSpec[], options: StartOptions = {}) {
  const started = await start(
    (_, call) => {
      const turn = turns[call - 1];
      return turn ? calls(turn) : says("done");
    },
    {
      tools: [testTool({ name: "make", run: async () => reply })],
      manifest: { tools: ["make"] },
      ...options,
    },
  );
  await started.kernel.ended(await started.kernel.launch());
  const messages = started.core.requests.at(-1)?.messages ?? [];
  const read = messages.flatMap((message) => (message.role === "tool" ? [message] : []));
  const results = started.kernel
    .eventsOf("syscall.done")
    .flatMap(({ result }) => (result.kind === "llm" ? [] : [result]));
  return { read: read.map(({ content }) => content), messages: read, results, ...started };
}
const make: CallSpec = ["make", {}, "m"];
const readOn = (args: JsonObject, id: string): CallSpec => ["read_result", args, id];

describe("text", () => {
  test("of any script is whole up to its bytes, and kept in a file beyond", async () => {
    for (const [character, bytes] of [
      ["a", 1],
      ["ß", 2],
      ["你", 3],
    ] as const) {
      const whole = character.repeat(Math.floor(RESULT_BYTES / bytes));
      const fits = await readOf(whole, [make]);
      expect(fits.read).toEqual([whole]);
      expect(fits.results[0]).not.toHaveProperty("attachments");
      const over = await readOf(whole + character, [make]);
      expect(over.read[0]?.length).toBeLessThan(RESULT_BEGINNING_CHARACTERS + 200);
      const size = bytes * (whole.length + 1);
      expect(over.results[0]).toMatchObject({
        attachments: [{ id: "f1", type: "text", mimeType: "text/plain", bytes: size }],
      });
    }
  });

  test("that was kept can be read to its end by following what the results say", async () => {
    const text = Array.from({ length: 9_000 }, (_, n) => `line ${n} 😀 ß`).join("\n");
    const { kernel, core } = await start(
      ({ messages }) => {
        const last = messages.at(-1);
        if (last?.role !== "tool") return calls(make);
        const [, id, offset] = /kept as (f\d+);.* offset (\d+) reads on\]$/.exec(last.content) ?? [];
        const more = /^\[f1, .* from offset (\d+)\]/.exec(last.content)?.[1] ?? offset;
        if (more === undefined) return says("done");
        const limit = READ_RESULT_CHARACTERS - (messages.length % 7);
        return calls(readOn({ id: id ?? "f1", offset: Number(more), limit }, `r${more}`));
      },
      { tools: [testTool({ name: "make", run: async () => text })], manifest: { tools: ["make"] } },
    );
    await kernel.ended(await kernel.launch());
    const [begun, ...pages] = (core.requests.at(-1)?.messages ?? [])
      .filter(({ role }) => role === "tool")
      .map(({ content }) => content);
    const rest = pages.map((page) => page.slice(page.indexOf("\n") + 1)).join("");
    expect((begun ?? "").slice(0, begun?.lastIndexOf("\n… [cut: ")) + rest).toBe(text);
    expect(pages.length).toBeGreaterThan(5);
    expect(core.requests[0]?.tools.map(({ name }) => name)).toEqual(["make", "read_result"]);
  });

  test("is valid Unicode, and a tool that says it failed is read as such", async () => {
    const { messages } = await readOf({ text: "half \ud83d of a pair", images: [], outcome: "error" }, [
      make,
    ]);
    expect(messages).toMatchObject([{ content: "half \ufffd of a pair", outcome: "error" }]);
  });

  test("is read by the agent whose it is, and by the person", async () => {
    const long = "secret ".repeat(20_000);
    const { read, handlers } = await readOf(long, [make, readOn({ id: "f1", limit: 6 }, "own")]);
    expect(read[1]).toContain("\nsecret");
    const elsewhere = await readOf("short", [
      readOn({ id: "f1" }, "other"),
      readOn({ id: "f1/../x" }, "odd"),
    ]);
    expect(elsewhere.read).toEqual([
      expect.stringContaining("Error: There is no kept result f1"),
      expect.stringContaining("Error: read_result: id: expected an id such as f7"),
    ]);
    const resultId1 = resultId(1);
    await expect(handlers["results.read"]({ resultId: resultId1, offset: 7, limit: 6 })).resolves.toEqual({
      text: "secret",
      total: long.length,
    });
    await expect(handlers["results.image"]({ resultId: resultId1 })).rejects.toMatchObject({
      data: { code: "not-found" },
    });
  });
});

test("one agent does not read what another's tools returned", async () => {
  const { kernel, core } = await start(
    ({ messages }, _) => {
      const task = messages.find(({ role }) => role === "user")?.content ?? "";
      const answered = messages.some(({ role }) => role === "tool");
      if (answered) return says("done");
      return task === "make" ? calls(make) : calls(readOn({ id: "f1" }, "r"));
    },
    {
      tools: [testTool({ name: "make", run: async () => "x".repeat(100_000) })],
      manifest: { tools: ["make"] },
    },
  );
  await kernel.ended(await kernel.launch({ task: "make" }));
  await kernel.ended(await kernel.launch({ task: "spy" }));
  expect(core.requests.at(-1)?.messages.at(-1)?.content).toContain("Error: There is no kept result f1");
});

describe("images", () => {
  test("are kept as they are and named in the text", async () => {
    const reply: ToolReply = {
      text: "A chart:",
      images: [image(), image(PIXEL, "IMAGE/JPEG")],
      outcome: "ok",
    };
    const { read, results, handlers } = await readOf(reply, [make]);
    expect(read).toEqual([
      "A chart:\n[Image f1: image/png, 7 bytes, shown to the person]\n[Image f2: image/jpeg, 7 bytes, shown to the person]",
    ]);
    const attachment = { id: "f1", type: "image", mimeType: "image/png", bytes: 7 };
    expect(results[0]).toMatchObject({ attachments: [attachment, { id: "f2" }] });
    await expect(handlers["results.image"]({ resultId: resultId(1) })).resolves.toEqual({
      attachment,
      base64: Buffer.from(PIXEL).toString("base64"),
    });
    await expect(
      handlers["results.read"]({ resultId: resultId(1), offset: 0, limit: 9 }),
    ).rejects.toMatchObject({
      data: { code: "not-found" },
    });
  });

  test("of no such type, too large or too many are left out, and the text says so", async () => {
    const images = [
      image(PIXEL, "text/html"),
      image(new Uint8Array(RESULT_IMAGE_BYTES + 1)),
      ...Array.from({ length: RESULT_IMAGES }, () => image()),
    ];
    const { read, results } = await readOf({ text: "", images, outcome: "ok" }, [make]);
    const lines = read[0]?.split("\n") ?? [];
    expect(lines[0]).toBe('[An image was left out: "text/html" is no type of image]');
    expect(lines[1]).toContain(`it has ${RESULT_IMAGE_BYTES + 1} bytes`);
    expect(lines.at(-1)).toBe("[2 more images were left out: a result has 16 at most]");
    expect(results[0]).toMatchObject({ attachments: { length: RESULT_IMAGES - 2 } });
  });
});

test("a disk that refuses costs the rest of a long result, never the result", async () => {
  const full = async () => {
    throw new KernelError("storage-failed", "the disk is full");
  };
  const results = { save: full, read: full, readBytes: full };
  const parts = { results, nextId: () => resultId(1), owner: "a1" };
  const reply = { text: "你".repeat(40_000), images: [image()], outcome: "ok" } as const;
  const { text, attachments } = await keepReply(reply, parts);
  expect(attachments).toEqual([]);
  expect(new TextEncoder().encode(text).length).toBeLessThanOrEqual(RESULT_BYTES);
  expect(text).toMatch(
    /你\n… \[cut: the result has 40000 characters, and could not be kept: the disk is full\]\n\[An image/,
  );
});
