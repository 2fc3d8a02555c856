import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { LONG_ANSWER } from "../e2e/misbehaving-behaviours.ts";
import { startMisbehavingServer } from "../e2e/misbehaving-server.ts";
import type { KernelEvent } from "../shared/events.ts";
import { seq } from "../shared/ids.ts";
import type { DiscoveryPorts } from "./adapters/core-discovery.ts";
import { FakeOllama, line } from "./adapters/ollama/testing/fake-ollama.ts";
import { type BootedKernel, bootKernel } from "./boot.ts";

const NOWHERE: DiscoveryPorts = { ollama: null, "lm-studio": null, "llama-server": null, vllm: null };

let folder: string;
let kernel: BootedKernel | null = null;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "aios-boot-resume-"));
});
afterEach(async () => {
  await kernel?.stop();
  rmSync(folder, { recursive: true, force: true });
});

/** What happens to an agent whose model is found at one of these ports. */
async function eventsOf(ports: Partial<DiscoveryPorts>, model: string): Promise<readonly KernelEvent[]> {
  kernel = await bootKernel({
    host: "headless",
    dataFolder: folder,
    discoveryPorts: { ...NOWHERE, ...ports },
  });
  const { handlers } = kernel;
  await handlers["cores.discover"]({});
  const launched = await handlers["agents.launch"]({ agent: "maths-tutor", task: "Why is it blue?", model });
  return vi.waitFor(
    async () => {
      const { events } = await handlers["events.read"]({
        from: seq(0),
        limit: 1_000,
        agentId: launched.agentId,
      });
      expect(events.map(({ type }) => type)).toContain("agent.ended");
      return events;
    },
    { timeout: 20_000, interval: 50 },
  );
}

const ofType = <Type extends KernelEvent["type"]>(events: readonly KernelEvent[], type: Type) =>
  events.filter((event): event is Extract<KernelEvent, { type: Type }> => event.type === type);

describe("an answer whose stream breaks", () => {
  test.each([
    ["drop-then-continue", "goes on where it was", 0],
    ["drop-then-repeat", "starts again when its server does not continue it", 1],
    ["drop-then-refuse", "starts again when its server refuses to continue it", 1],
  ])("%s: %s", async (model, _what, restarts) => {
    const server = await startMisbehavingServer({ listBehaviours: "none", models: [model] });
    const events = await eventsOf({ "llama-server": server.port }, model);
    await server.close();
    expect(ofType(events, "agent.ended")[0]).toMatchObject({ status: "done", answer: LONG_ANSWER });
    expect(ofType(events, "syscall.continued")[0]?.continuation).toMatchObject({
      how: "prefill",
      text: "Air scatters blue light far more than ",
    });
    expect(ofType(events, "syscall.restarted")).toHaveLength(restarts);
  });

  test("of Ollama goes on where it was", async () => {
    const pieces = ["Air scatters ", "blue light far ", "more than "];
    const ollama = await FakeOllama.start({
      answer: LONG_ANSWER,
      script: [{ lines: pieces.map(line), ending: "drop" }],
    });
    const events = await eventsOf({ ollama: ollama.port }, "llama3.2:3b");
    await ollama.close();
    expect(ofType(events, "agent.ended")[0]).toMatchObject({ status: "done", answer: LONG_ANSWER });
    expect(ofType(events, "syscall.continued")[0]?.continuation.text).toBe(pieces.join(""));
  });
});
