import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type AgentId, agentId, coreId } from "../../shared/ids.ts";
import type { CompletionOutcome, LlmCore, ResumeState } from "../kernel/ports.ts";
import {
  finishAll,
  LlamaFixture,
  owned,
  RecordedRun,
  SLOW_TO_READ,
  testEntry,
} from "./llama/testing/llama-fixture.ts";

const AGENTS = [1, 2, 3, 4, 5].map((n) => agentId(n));
const TOKENS = 40;
const task = (agent: AgentId): string => `You are ${agent}. ${"Say what comes to your mind. ".repeat(4)}`;

/** One agent's answer as its kernel keeps it. */
class Talk {
  resume: ResumeState | null = null;
  text = "";
  message: string | null = null;

  take(outcome: CompletionOutcome, run: RecordedRun): void {
    this.text = run.text;
    if (outcome.type === "yielded") this.resume = outcome.resume;
    else this.message = outcome.message.content;
  }
}

const agentArbitrary = fc.constantFrom(...AGENTS);
const stepArbitrary = fc.oneof(
  {
    weight: 10,
    arbitrary: fc.record({ type: fc.constant("turn"), agent: agentArbitrary, slice: fc.nat(12) }),
  },
  { weight: 4, arbitrary: fc.record({ type: fc.constant("together"), slice: fc.nat(9) }) },
  {
    weight: 3,
    arbitrary: fc.record({ type: fc.constant("cancelled"), agent: agentArbitrary, after: fc.nat(6) }),
  },
  { weight: 2, arbitrary: fc.record({ type: fc.constant("forgotten"), agent: agentArbitrary }) },
  { weight: 2, arbitrary: fc.record({ type: fc.constant("unloaded") }) },
  { weight: 2, arbitrary: fc.record({ type: fc.constant("restarted") }) },
  { weight: 1, arbitrary: fc.record({ type: fc.constant("disk"), bytes: fc.constantFrom(0, 60_000, 1e9) }) },
);
type Step = typeof stepArbitrary extends fc.Arbitrary<infer T> ? T : never;

describe.skipIf(testEntry === null)(
  "whatever happens to agents that share a model (needs the add-on)",
  () => {
    let fixture: LlamaFixture;
    const wholes = new Map<AgentId, string>();
    beforeAll(async () => {
      fixture = new LlamaFixture({ ...SLOW_TO_READ, embedding: 192, heads: 6, feedForward: 768 });
      const core = fixture.open({ id: coreId("reference"), slots: 1 });
      for (const agent of AGENTS) {
        const { message } = await finishAll(core, owned(agent, task(agent), TOKENS), new RecordedRun());
        wholes.set(agent, message.content);
      }
      await core.close();
    });
    afterAll(() => fixture.close());

    test("each gets the answer that it would have had alone, and every piece of it once", async () => {
      let runs = 0;
      await fc.assert(
        fc.asyncProperty(fc.array(stepArbitrary, { minLength: 4, maxLength: 30 }), async (steps) => {
          runs += 1;
          const id = coreId(`run-${runs}`);
          const open = (): LlmCore => fixture.open({ id, slots: 2, kvRamBytes: 0, kvDiskBytes: 1e9 });
          const talks = new Map(AGENTS.map((agent) => [agent, new Talk()]));
          let core = open();
          const turn = async (agent: AgentId, slice: number): Promise<void> => {
            const talk = talks.get(agent);
            if (!talk || talk.message !== null) return;
            const run = new RecordedRun(slice + 1, talk.text);
            talk.take(
              await core.complete({ ...owned(agent, task(agent), TOKENS), resume: talk.resume }, run),
              run,
            );
            expect(run.restarts).toEqual([]);
          };
          const play = async (step: Step): Promise<void> => {
            switch (step.type) {
              case "turn":
                return turn(step.agent, step.slice);
              case "together":
                await Promise.all(AGENTS.map((agent) => turn(agent, step.slice)));
                return;
              case "cancelled": {
                const talk = talks.get(step.agent);
                if (!talk || talk.message !== null) return;
                const run = new RecordedRun(TOKENS, talk.text);
                let left = step.after;
                run.onToken = () => {
                  if (left === 0) run.controller.abort();
                  left -= 1;
                };
                const outcome = await core
                  .complete({ ...owned(step.agent, task(step.agent), TOKENS), resume: talk.resume }, run)
                  .catch(() => null);
                if (outcome) talk.take(outcome, run);
                else {
                  talk.text = run.text;
                  talk.resume = { partial: run.text, state: null };
                }
                return;
              }
              case "forgotten":
                talks.set(step.agent, new Talk());
                return core.forget?.(step.agent);
              case "unloaded":
                return core.local?.unload();
              case "restarted":
                await core.close();
                for (const talk of talks.values()) {
                  if (talk.resume) talk.resume = { partial: talk.text, state: null };
                }
                core = open();
                return;
              case "disk":
                core.local?.setKvBudget(0, step.bytes);
            }
          };
          for (const step of steps) await play(step);
          for (const agent of AGENTS) await turn(agent, TOKENS);
          for (const agent of AGENTS) {
            expect(talks.get(agent)?.message).toBe(wholes.get(agent));
            expect(talks.get(agent)?.text).toBe(wholes.get(agent));
          }
          await core.close();
        }),
        { numRuns: 5 },
      );
    });
  },
);
