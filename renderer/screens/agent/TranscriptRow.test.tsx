import { renderToStaticMarkup } from "react-dom/server";
import { expect, test } from "vitest";
import { snapshotAt } from "../../../shared/context.ts";
import { agentId, syscallId } from "../../../shared/ids.ts";
import { memoryId } from "../../../shared/memory.ts";
import { agentMemory } from "../../../shared/memory-owners.ts";
import { MadeRun, modelCall, NO_TIMES, storageCall } from "./made-run.ts";
import { TranscriptRow } from "./TranscriptRow.tsx";

const drawn = (run: MadeRun): string =>
  renderToStaticMarkup(
    run.detail().items.map((item, index) => <TranscriptRow key={item.seq} item={item} name={`${index}`} />),
  );

test("streamed text whose call came to no end is kept and marked partial, with the error and the way out", () => {
  const run = new MadeRun().created(1, modelCall).allowed(1).queued(1).running(1, 5);
  run.add({ type: "syscall.output", ...run.of(1), text: "Ada was born", tokens: 3 });
  run.add({
    type: "syscall.failed",
    ...run.of(1),
    error: { code: "model-stream-dropped", message: "The stream ended early", hint: "Try again." },
    times: NO_TIMES,
  });
  for (const text of ["Ada was born", "Partial", "The stream ended early", "Try again."]) {
    expect(drawn(run)).toContain(text);
  }
});

test("a tool call shows its arguments, its result, and a result that is an error as such", () => {
  const run = new MadeRun().created(1, storageCall("read_file", { path: "gone.md" })).allowed(1);
  run.add({
    type: "syscall.done",
    ...run.of(1),
    result: { kind: "storage", text: "Error: gone.md is not there.", outcome: "error" },
    times: NO_TIMES,
  });
  for (const text of [
    "read_file",
    "gone.md",
    "Allowed by the permission mode",
    "Error: gone.md is not there.",
  ]) {
    expect(drawn(run)).toContain(text);
  }
  expect(drawn(run)).toContain(">Error<");
});

test("instructions are folded, the task is not, and the ending carries the answer", () => {
  const run = new MadeRun();
  run.add(
    {
      type: "context.appended",
      agentId: run.agentId,
      messages: [
        { role: "system", content: "Secret of good sums" },
        { role: "user", content: "What is 2 + 2?" },
      ],
    },
    { type: "agent.ended", agentId: run.agentId, status: "done", answer: "It is 4.", error: null },
  );
  expect(drawn(run)).toContain("Instructions, 19 characters");
  expect(drawn(run)).not.toContain("Secret of good sums");
  expect(drawn(run)).toContain("What is 2 + 2?");
  expect(drawn(run)).toContain("It is 4.");
});

test("an answer that goes on says from where and what was sent again, and a summary is called one", () => {
  const run = new MadeRun().created(1, {
    kind: "llm",
    model: null,
    tools: [],
    maxOutputTokens: 400,
    messages: [],
    purpose: "summary",
  });
  run.add({
    type: "syscall.continued",
    ...run.of(1),
    continuation: {
      from: syscallId(12),
      how: "prefill",
      text: "So far",
      tokens: 2,
      resentTokens: 340,
      costUsd: null,
    },
  });
  expect(drawn(run)).toContain("Goes on from s12, 340 tokens were sent again");
  expect(drawn(run)).toContain("So far");
  expect(drawn(run)).toContain("Summary");
});

test("tokens that came out of a cache are counted apart", () => {
  const run = new MadeRun().created(1, modelCall);
  run.add({
    type: "syscall.done",
    ...run.of(1),
    result: {
      kind: "llm",
      message: { role: "assistant", content: "Four.", toolCalls: [] },
      model: "offline",
      finishReason: "stop",
      usage: { promptTokens: 900, outputTokens: 2, source: "reported", cachedTokens: 768 },
    },
    times: NO_TIMES,
  });
  expect(drawn(run)).toContain("768 of the prompt cached");
});

test("the agent that a fork came from is a link", () => {
  const run = new MadeRun();
  run.add({ type: "context.forked", agentId: run.agentId, from: agentId(3), snapshotId: snapshotAt(12) });
  expect(drawn(run)).toContain('href="#/agent/a3"');
});

test("a long result is folded, and what is left out is counted", () => {
  const run = new MadeRun()
    .created(1, storageCall("read_file", { path: "long.md" }))
    .done(1, "row\n".repeat(100));
  expect(drawn(run)).toContain("Show the other");
});

test("what memory had about a turn is one folded line", () => {
  const run = new MadeRun();
  run.add({
    type: "context.recalled",
    agentId: run.agentId,
    recall: {
      query: "When is Ada's birthday?",
      searchedBy: { type: "words", reason: "No model makes embeddings" },
      items: [
        {
          id: memoryId(3),
          owner: agentMemory("note-keeper"),
          text: "Ada's birthday is 10 December",
          origin: null,
          match: { score: 0.02, words: { rank: 1, bm25: -2 }, meaning: null },
          tokens: 14,
        },
      ],
      left: 0,
      tokens: 60,
      budgetTokens: 400,
    },
  });
  expect(drawn(run)).toContain("Memory: 1 item recalled");
  expect(drawn(run)).toContain('aria-expanded="false"');
  expect(drawn(run)).not.toContain("10 December");
});
