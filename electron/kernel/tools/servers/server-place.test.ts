import { expect, test } from "vitest";
import { FakeServer, toolDefinition } from "../../testing/fake-servers.ts";
import { FILES, serverOptions, withServer } from "../../testing/server-tests.ts";
import { useKernels } from "../../testing/use-kernels.ts";

const start = useKernels();
const LISTER = toolDefinition("lister", { annotations: { readOnly: true, openWorld: false } });

test.each([
  ["https://mcp.example/mcp", ["read", "fetch from the network"]],
  ["http://127.0.0.1:9/mcp", ["read"]],
  ["http://localhost:9/mcp", ["read"]],
  ["http://127.0.0.1.evil.example/mcp", ["read", "fetch from the network"]],
])(
  "what the server at %s is told counts as gone where that is another machine, whatever it says of itself",
  async (url, effects) => {
    const server = new FakeServer([LISTER]);
    server.capabilities = { resources: false, prompts: true, logging: false };
    const { handlers, views } = await withServer(start, server);
    const transport = { type: "http" as const, url, headerNames: [] };
    await handlers["servers.add"]({ name: FILES, transport, secrets: {}, options: serverOptions() });
    const { digest } = await handlers["servers.inspect"]({ name: FILES });
    await handlers["servers.enable"]({ name: FILES, digest: digest ?? "" });
    const words = (await views()).map((tool) => [tool.specification.name, tool.effects]);
    expect(Object.fromEntries(words)).toMatchObject({
      files__lister: effects,
      files__get_prompt: effects,
      files__list_prompts: ["read"],
    });
  },
);
