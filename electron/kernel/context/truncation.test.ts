import { readFileSync } from "node:fs";
import { encode as encodeO200k } from "gpt-tokenizer";
import { encode as encodeCl100k } from "gpt-tokenizer/encoding/cl100k_base";
import { describe, expect, test } from "vitest";
import type { TokenSource } from "../../../shared/context.ts";
import { coreId, syscallId } from "../../../shared/ids.ts";
import type { Message, TokenUsage } from "../../../shared/messages.ts";
import { leastTokens } from "./least-tokens.ts";
import { estimateMessage } from "./token-counts.ts";
import { type SentPrompt, truncationOf } from "./truncation.ts";

const file = (path: string): string => readFileSync(new URL(`../../../${path}`, import.meta.url), "utf8");
const lockFile = file("package-lock.json").slice(0, 60_000);
const noise = Buffer.from(Array.from({ length: 20_000 }, (_, i) => (i * 7_919 * i + 13) % 256));

const CHINESE =
  "智能体的上下文是内核中的数据,而不是软件开发包里的一个字符串。窗口填满时,较早的工具结果先让位,然后才写摘要。" +
  "人说过的话一字不改地保留下来;每一次压缩都可以撤销,并且记录在日志里。";
const GERMAN =
  "Die Geschwindigkeitsbegrenzung auf Autobahnen wird in der Bundesrepublik seit Jahrzehnten leidenschaftlich " +
  "diskutiert, ohne dass sich an den Vorschriften etwas Wesentliches geändert hätte. ";
const ENGLISH =
  "Understanding international organisations requires considerable preparation; representatives of participating " +
  "governments nevertheless established comprehensive responsibilities throughout the conference. ";

/** Texts as they stand in contexts. */
const TEXTS: Readonly<Record<string, string>> = {
  "a readme": file("README.md"),
  "a document with wide tables": file("ARCHITECTURE.md"),
  "English of long words": ENGLISH.repeat(200),
  German: GERMAN.repeat(200),
  Chinese: CHINESE.repeat(200),
  code: file("electron/kernel/syscall-path.ts") + file("shared/events.ts") + file("electron/kernel/ports.ts"),
  "style sheets": file("renderer/theme.css"),
  JSON: JSON.stringify(JSON.parse(file("package.json"))).repeat(10),
  "indented JSON": lockFile,
  "deeply indented JSON": lockFile.replace(/^ +/gm, (blanks) => blanks.repeat(4)),
  base64: noise.toString("base64"),
  hexadecimal: noise.toString("hex"),
  "a log": Array.from(
    { length: 600 },
    (_, i) => `2026-11-24T18:04:${i % 60}.120Z INFO GET /items/${i} 200 ${i}ms`,
  ).join("\n"),
  "a table of numbers": Array.from(
    { length: 800 },
    (_, i) => `${i},${(i * 17) % 101},name ${i},${i / 7}`,
  ).join("\n"),
  "rules and blanks": `${"=".repeat(80)}\n${"heading".padStart(60)}\n${"-".repeat(80)}\n`.repeat(100),
};
const ENCODINGS = { o200k: encodeO200k, cl100k: encodeCl100k } as const;
/** Tokens that a template puts round each message. */
const MARKS = 3;

const contextOf = (text: string): readonly Message[] => [
  { role: "system", content: "You are careful." },
  { role: "user", content: "Look at this." },
  { role: "assistant", content: "", toolCalls: [{ id: "c1", name: "read_file", arguments: { path: "a" } }] },
  { role: "tool", toolCallId: "c1", name: "read_file", content: text, outcome: "ok" },
];
const realTokens = (messages: readonly Message[], encode: (text: string) => readonly number[]): number =>
  messages.reduce((total, { content }) => total + encode(content).length + MARKS, 0);

function sent(messages: readonly Message[], changes: Partial<SentPrompt> = {}): SentPrompt {
  const counted = messages.reduce((total, message) => total + estimateMessage(message), 0);
  return {
    coreId: coreId("ollama/x"),
    syscallId: syscallId(7),
    messages,
    counted: { messages: counted, tools: 0 },
    countedBy: "estimate",
    added: null,
    ...changes,
  };
}
const reported = (promptTokens: number, cachedTokens?: number): TokenUsage => ({
  promptTokens,
  outputTokens: 10,
  source: "reported",
  ...(cachedTokens === undefined ? {} : { cachedTokens }),
});

describe("with an estimate", () => {
  const cases = Object.entries(TEXTS).flatMap(([name, text]) =>
    Object.entries(ENCODINGS).map(([encoding, encode]) => ({ name, encoding, text, encode })),
  );

  test.each(cases)("no alarm over $name as $encoding reads it", ({ text, encode }) => {
    for (const part of [text.slice(0, 3_000), text, text.repeat(3)]) {
      const messages = contextOf(part);
      expect(truncationOf(sent(messages), reported(realTokens(messages, encode)), 1)).toBeNull();
    }
  });

  test.each(cases)("the least is never above what $encoding makes of $name", ({ text, encode }) => {
    expect(leastTokens(text) / encode(text).length).toBeLessThan(1.05);
  });

  test.each(Object.entries(TEXTS))(
    "a window of 4,096 is noticed once %s is twice as long at the least",
    (_, text) => {
      const messages = contextOf(text.repeat(Math.ceil(8_192 / leastTokens(text))));
      const truncation = truncationOf(sent(messages), reported(4_096), 1);
      expect(truncation).toMatchObject({
        reported: 4_096,
        countedBy: "estimate",
        coreId: "ollama/x",
        syscallId: "s7",
      });
    },
  );
});

describe("with a tokenizer", () => {
  const messages = contextOf(TEXTS.code ?? "");
  const tokens = realTokens(messages, encodeO200k);
  const counted = (countedBy: TokenSource): SentPrompt =>
    sent(messages, { counted: { messages: tokens, tools: 800 }, countedBy });

  test("a server that has other words for tools, or none, is believed", () => {
    for (const countedBy of ["tokenizer", "library"] as const) {
      expect(truncationOf(counted(countedBy), reported(tokens), 1)).toBeNull();
      expect(truncationOf(counted(countedBy), reported(tokens - 200), 1)).toBeNull();
    }
  });

  test("a fifth that is missing is noticed, and a quarter with a library", () => {
    expect(truncationOf(counted("tokenizer"), reported(Math.floor(tokens * 0.8)), 5)).toEqual({
      coreId: "ollama/x",
      syscallId: "s7",
      counted: tokens + 800,
      countedBy: "tokenizer",
      reported: Math.floor(tokens * 0.8),
      at: 5,
    });
    expect(truncationOf(counted("library"), reported(Math.floor(tokens * 0.8)), 5)).toBeNull();
    expect(truncationOf(counted("library"), reported(Math.floor(tokens * 0.7)), 5)).not.toBeNull();
  });
});

describe("no alarm", () => {
  const messages = contextOf(ENGLISH.repeat(200));
  const prompt = sent(messages, { counted: { messages: 10_000, tools: 0 }, countedBy: "tokenizer" });

  test("where the server reports nothing", () => {
    expect(truncationOf(prompt, { promptTokens: 300, outputTokens: 1, source: "estimated" }, 1)).toBeNull();
    expect(truncationOf(prompt, reported(0), 1)).toBeNull();
  });

  test("where it reports cached tokens apart, or among the others", () => {
    expect(truncationOf(prompt, reported(900, 9_100), 1)).toBeNull();
    expect(truncationOf(prompt, reported(10_000, 9_100), 1)).toBeNull();
  });

  test("where it leaves out what it had in its cache without saying so", () => {
    expect(truncationOf({ ...prompt, added: 700 }, reported(705), 1)).toBeNull();
    expect(truncationOf({ ...prompt, added: 20 }, reported(25), 1)).toBeNull();
    expect(truncationOf({ ...prompt, added: 700 }, reported(4_096), 1)).not.toBeNull();
  });

  test("over a short prompt", () => {
    expect(truncationOf(sent(contextOf("")), reported(1), 1)).toBeNull();
  });
});
