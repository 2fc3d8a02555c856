import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createServerConnector } from "../../electron/adapters/mcp-client.ts";
import { openProcessLedger } from "../../electron/adapters/process-ledger.ts";
import { serverName } from "../../shared/ids.ts";
import { serverOptionsSchema } from "../../shared/servers.ts";
import { type Durability, launchAgents, openBenchKernel } from "../kernel/bench-kernel.ts";
import { EVERYTHING } from "./everything.ts";

/** The same call as an agent makes it: checked, decided about, queued, logged, run, logged. */
export async function openThroughKernel(
  durability: Durability,
): Promise<{ call(n: number): Promise<void>; close(): Promise<void> }> {
  const folder = mkdtempSync(join(tmpdir(), "aios-bench-tools-"));
  const ledger = await openProcessLedger(join(folder, "processes.json"));
  const bench = await openBenchKernel(durability, createServerConnector({ workspace: folder, ledger }));
  const { handlers, path } = bench.kernel;
  const name = serverName("everything");
  await handlers["servers.add"]({
    name,
    transport: { type: "stdio", ...EVERYTHING, args: [...EVERYTHING.args], folder: null, envNames: [] },
    secrets: {},
    options: serverOptionsSchema.parse({ effects: { echo: "reads" } }),
  });
  const { digest } = await handlers["servers.inspect"]({ name });
  await handlers["servers.enable"]({ name, digest: digest ?? "" });
  const [agentId] = await launchAgents(bench.kernel, 1);
  if (agentId === undefined) throw new Error("an agent was launched");
  return {
    async call(n) {
      const outcome = await path.submit({
        agentId,
        call: {
          kind: "tool",
          tool: "everything__echo",
          arguments: { message: `hello ${n}` },
          toolCallId: `call_${n}`,
        },
        parent: null,
        priority: 5,
        deadline: null,
        tokenBudget: null,
        prompt: [],
        memoryOwner: "agent:bench",
      });
      if (outcome.state !== "done") throw new Error(`the call ended as ${JSON.stringify(outcome)}`);
    },
    async close() {
      await bench.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
