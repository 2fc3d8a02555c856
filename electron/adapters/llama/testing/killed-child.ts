import { agentId, coreId } from "../../../../shared/ids.ts";
import { createLlamaCore } from "../../llama-core.ts";
import { createSystemClock } from "../../system-clock.ts";

/** What a child process is told as JSON in its first argument. */
export interface ChildTask {
  readonly file: string;
  readonly statesFolder: string;
  readonly entry: string;
  readonly content: string;
  readonly contextTokens: number;
  /** ms before each token, so that there is time to be killed. */
  readonly paceMs: number;
}

// Answers one question and prints each piece of the answer as a line of JSON, until somebody kills it.
const task = JSON.parse(process.argv[2] ?? "{}") as ChildTask;
const core = createLlamaCore(
  {
    type: "local",
    id: coreId("local"),
    title: "Random model",
    file: task.file,
    model: "random",
    slots: 1,
    contextTokens: task.contextTokens,
    kvRamBytes: 0,
    kvDiskBytes: 64 * 1_024 * 1_024,
    threads: 1,
  },
  { clock: createSystemClock(), entry: () => task.entry, statesFolder: task.statesFolder },
);
await core.complete(
  {
    messages: [{ role: "user", content: task.content }],
    tools: [],
    maxOutputTokens: 300,
    resume: null,
    owner: agentId(5),
  },
  {
    signal: new AbortController().signal,
    output: (text) => process.stdout.write(`${JSON.stringify(text)}\n`),
    restart: () => {},
    shouldYield: () => {
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, task.paceMs);
      return false;
    },
  },
);
