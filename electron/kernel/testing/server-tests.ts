import type { ToolView } from "../../../shared/contract-tools.ts";
import { serverName } from "../../../shared/ids.ts";
import type { JsonObject } from "../../../shared/messages.ts";
import { type ServerInfo, type ServerOptions, serverOptionsSchema } from "../../../shared/servers.ts";
import { type FakeServer, FakeServers } from "./fake-servers.ts";
import { type Script, says } from "./scripted-core.ts";
import type { Started, StartOptions } from "./use-kernels.ts";

export const FILES = serverName("files");

/** Options with every field filled in. */
export const serverOptions = (fields: Partial<ServerOptions> = {}): ServerOptions =>
  serverOptionsSchema.parse(fields);

/** What `servers.add` takes for the server `files`. */
export const filesServer = (options: Partial<ServerOptions> = {}) => ({
  name: FILES,
  transport: {
    type: "stdio" as const,
    command: "node",
    args: ["server.js"],
    folder: null,
    envNames: ["API_KEY"],
  },
  secrets: { API_KEY: "hush" },
  options: serverOptions(options),
});

export type StartKernel = (script: Script, options?: StartOptions) => Promise<Started>;

/** A kernel with one fake server `files`, and what a person does with it. */
export async function withServer(
  start: StartKernel,
  server: FakeServer,
  { script = () => says("done"), ...options }: StartOptions & { readonly script?: Script } = {},
) {
  const started = await start(script, { servers: new FakeServers({ files: server }), ...options });
  const { kernel, handlers } = started;
  const info = (): ServerInfo => {
    const found = kernel.kernel.feed.state().servers.get(FILES);
    if (!found) throw new Error("the server is there");
    return found;
  };
  const views = async (): Promise<readonly ToolView[]> =>
    (await handlers["tools.list"]({})).tools.filter((tool) => tool.server !== null);
  return {
    ...started,
    info,
    status: () => info().status.type,
    views,
    names: async () => (await views()).map(({ specification }) => specification.name),
    add: (fields: Partial<ServerOptions> = {}) => handlers["servers.add"](filesServer(fields)),
    /** Adds it, reviews it, and enables what was shown. */
    async enable(fields: Partial<ServerOptions> = {}) {
      await handlers["servers.add"](filesServer(fields));
      const { digest } = await handlers["servers.inspect"]({ name: FILES });
      return handlers["servers.enable"]({ name: FILES, digest: digest ?? "" });
    },
    call: (tool: string, args: JsonObject = {}) => handlers["tools.call"]({ tool, arguments: args }),
  };
}
