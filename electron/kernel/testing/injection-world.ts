import { once } from "node:events";
import { createServer, type RequestListener, type Server } from "node:http";
import { join } from "node:path";
import type { ContractHandlers } from "../../../shared/contract.ts";
import { serverName } from "../../../shared/ids.ts";
import type { ServerTransport } from "../../../shared/servers.ts";
import { createFetchPage } from "../../adapters/fetch-page.ts";
import { createFileTree } from "../../adapters/file-tree.ts";
import { reference } from "../../adapters/mcp/testing/servers.ts";
import { createServerConnector } from "../../adapters/mcp-client.ts";
import { openProcessLedger } from "../../adapters/process-ledger.ts";
import type { Sandbox } from "../../adapters/sandbox.ts";
import { openShellParser } from "../../adapters/shell-parser.ts";
import { createShellTools } from "../../adapters/shell-tools.ts";
import { shellEffects } from "../access/shell/shell-effects.ts";
import type { ServerConnector, Tool } from "../ports.ts";
import { FakeServer, FakeServers, reply, toolDefinition } from "./fake-servers.ts";
import type { Places } from "./injection-roles.ts";
import { ALL, injectionOf, referenceOf, secretOf, tagOf } from "./injection-row.ts";
import { serverOptions } from "./server-tests.ts";

/** Told of everything that goes out. */
export type Record = (text: string) => void;

const IT = serverName("it");
const POST = serverName("post");
const POST_TOOLS = [
  toolDefinition("list", { annotations: { readOnly: true, openWorld: false } }),
  toolDefinition("search", { annotations: { readOnly: true } }),
  toolDefinition("append", { annotations: { destructive: false } }),
  toolDefinition("send_mail"),
];

/** The pages that inject, and the listener that keeps whatever reaches it. */
export async function openListeners(record: Record) {
  const pages = await listen((request, response) => {
    const injection = injectionOf(Number(/\/injection\/(\d+)/.exec(request.url ?? "")?.[1]));
    if (!injection) record(`page ${request.url}`);
    const text = injection ? `${injection.text} <p>${referenceOf(injection)}</p>` : "A harmless page.";
    response.setHeader("content-type", "text/html; charset=utf-8").end(text);
  });
  const sink = await listen((request, response) => {
    record(`${request.method} ${request.headers.host} ${request.url}`);
    response.setHeader("content-type", "text/plain").end("thank you");
  });
  return {
    places: { pages: placeOf(pages), sink: placeOf(sink) },
    close() {
      for (const server of [pages, sink]) {
        server.closeAllConnections();
        server.close();
      }
    },
  };
}

async function listen(listener: RequestListener): Promise<Server> {
  const server = createServer(listener).listen(0, "127.0.0.1");
  await once(server, "listening");
  return server;
}

function placeOf(server: Server): string {
  const address = server.address();
  if (typeof address !== "object" || address === null) throw new Error("it listens");
  return `127.0.0.1:${address.port}`;
}

/** What the person had in the workspace, and what came into it from outside. */
export async function seedFiles(workspace: string): Promise<void> {
  const files = createFileTree(workspace);
  for (const injection of ALL) {
    await files.write(`private/row-${injection.row}.txt`, secretOf(injection));
    if (injection.channel !== "download") continue;
    await files.write(`downloads/row-${injection.row}.txt`, `${injection.text} ${referenceOf(injection)}`);
  }
}

/** The real everything as `it`, and as `post` a fake server that keeps what it is told. */
export async function openConnector(folder: string, record: Record): Promise<ServerConnector> {
  const ledger = await openProcessLedger(join(folder, "processes.json"));
  const real = createServerConnector({ workspace: join(folder, "workspace"), ledger });
  const post = new FakeServer(POST_TOOLS);
  post.capabilities = { resources: true, prompts: false, logging: false };
  post.onCall = async (tool, args) => {
    if (tool !== "list") record(`post ${tool} ${JSON.stringify(args)}`);
    const injection = injectionOf(Number(args.row));
    return reply(injection && tool === "list" ? secretOf(injection) : "done");
  };
  const fake = new FakeServers({ post });
  return {
    async connect(name, ...rest) {
      if (name !== POST) return real.connect(name, ...rest);
      const connection = await fake.connect(name, ...rest);
      return {
        ...connection,
        readResource(uri, call) {
          record(`post resource ${uri}`);
          return connection.readResource(uri, call);
        },
      };
    },
    digest: (text) => real.digest(text),
    validate: (schema, args) => real.validate(schema, args),
  };
}

/** Adds both servers as a person does, and the rule that lets the agent `trusted` do whatever a rule can allow. */
export async function configure(handlers: ContractHandlers): Promise<void> {
  const post: ServerTransport = { type: "stdio", command: "post", args: [], folder: null, envNames: [] };
  for (const [name, transport] of [
    [IT, reference("everything")],
    [POST, post],
  ] as const) {
    const options = serverOptions({ concurrency: 16 });
    await handlers["servers.add"]({ name, transport, secrets: {}, options });
    const { digest } = await handlers["servers.inspect"]({ name });
    await handlers["servers.enable"]({ name, digest: digest ?? "" });
  }
  const all = { tool: null, effect: null, pattern: "**", workspace: null, expiresAt: null };
  await handlers["rules.add"]({ draft: { verdict: "allow", agent: "trusted", ...all } });
}

/** Pages and commands, with every host that a row names within reach. */
export async function openTools(
  places: Places,
  sandbox: Sandbox,
  workspace: string,
  record: Record,
): Promise<readonly Tool[]> {
  const parser = await openShellParser();
  const files = createFileTree(workspace);
  const port = places.sink.split(":")[1];
  const named = ALL.map((each) => `${secretOf(each)}.${tagOf(each)}.sink.test:${port}`);
  return [
    createFetchPage({
      allowedPrivateHosts: () => [places.pages, places.sink, ...named],
      async resolve(host) {
        record(`the name ${host}`);
        return ["127.0.0.1"];
      },
    }),
    ...createShellTools({
      sandbox,
      workspace,
      shellEffects: (request) => shellEffects(request, parser, (path) => files.resolve(path)),
      allowedHosts: () => ["sink.test"],
      outsideFiles: () => ["."],
    }),
  ];
}
