import { afterEach, describe, expect, test } from "vitest";
import { calls, ScriptedCore, says, type Script } from "./testing/scripted-core.ts";
import { TestKernel, type TestKernelOptions } from "./testing/test-kernel.ts";

const started: TestKernel[] = [];
async function start(script: Script, options: Partial<TestKernelOptions> = {}) {
  const core = new ScriptedCore(script);
  const kernel = await TestKernel.start({ cores: [core], ...options });
  started.push(kernel);
  return { core, kernel, handlers: kernel.kernel.handlers };
}
afterEach(async () => {
  for (const kernel of started.splice(0)) await kernel.destroy();
});

test("an agent runs to its answer", async () => {
  const { kernel, core } = await start(() => says("all is well"));
  const agentId = await kernel.launch();
  expect(await kernel.ended(agentId)).toMatchObject({ ending: "done", answer: "all is well" });
  expect(core.requests).toHaveLength(1);
  void calls;
  void describe;
});
