import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StdioClientTransport } from "@modelcontextprotocol/sdk/client/stdio.js";
import { EVERYTHING } from "./everything.ts";

/** The same server by the SDK alone: no log, policy, queue or check of arguments. */
export async function openDirect(): Promise<{ call(n: number): Promise<void>; close(): Promise<void> }> {
  const client = new Client({ name: "bench", version: "0.0.0" });
  await client.connect(
    new StdioClientTransport({ ...EVERYTHING, args: [...EVERYTHING.args], stderr: "ignore" }),
  );
  return {
    async call(n) {
      const { content } = await client.callTool({ name: "echo", arguments: { message: `hello ${n}` } });
      if (!Array.isArray(content)) throw new Error("the server answered with something else");
    },
    close: () => client.close(),
  };
}
