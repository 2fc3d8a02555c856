/**
 * A server that does what the reference servers do not: the first argument says what. Ends with its input, but for
 * the stubborn one, which only SIGKILL ends.
 */
import { spawn } from "node:child_process";
import { Server } from "@modelcontextprotocol/sdk/server/index.js";
import { StdioServerTransport } from "@modelcontextprotocol/sdk/server/stdio.js";
import {
  CallToolRequestSchema,
  type CallToolResult,
  CreateMessageResultSchema,
  ListToolsRequestSchema,
  type SamplingMessage,
} from "@modelcontextprotocol/sdk/types.js";

const [mode = "", ...args] = process.argv.slice(2);
const PAGE = 10;
const EMPTY = { type: "object" } as const;

switch (mode) {
  case "garbage":
    process.stdout.write(Buffer.from([0xff, 0x00, 0x7b, 0x0a, 0xfe]));
    process.stdout.write('{"jsonrpc":"1.0"}\n[1,2]\n');
    process.stdin.resume();
    break;
  case "flood":
    // More than any message may have, and no end of it.
    process.stdout.on("error", () => process.exit());
    for (let part = 0; part < 150; part++) process.stdout.write("x".repeat(1_000_000));
    process.stdin.resume();
    break;
  case "refuses":
    console.error(`starting with ${process.env.ODD_KEY ?? "no key"}`);
    console.error("ODD_PORT is not set");
    process.exitCode = 3;
    break;
  case "silent":
    process.stdin.resume();
    break;
  case "stubborn":
    process.on("SIGTERM", () => {});
    // A host that is killed takes the other end of the pipe with it.
    process.stdout.on("error", () => {});
    setInterval(() => {}, 1_000);
    await serve();
    break;
  case "parent":
    // The child outlives it, in the same group.
    spawn(process.execPath, ["-e", "process.on('SIGTERM',()=>{});setInterval(()=>{},1000)"], {
      stdio: ["ignore", "inherit", "ignore"],
    });
    await serve();
    break;
  case "noisy":
    console.log("Welcome to the noisy server");
    await serve();
    console.log('{"level":"info","text":"not of the protocol"}');
    break;
  default:
    await serve();
}

async function serve(): Promise<void> {
  const server = new Server(
    { name: "odd", version: "1.0.0" },
    { capabilities: { tools: { listChanged: true }, logging: {} } },
  );
  server.setRequestHandler(ListToolsRequestSchema, ({ params }) => listTools(Number(params?.cursor ?? 0)));
  server.setRequestHandler(CallToolRequestSchema, async ({ params }, { signal, sendRequest }) => {
    switch (params.name) {
      case "wait":
        await server.sendLoggingMessage({ level: "info", data: "waiting" });
        await new Promise((resolve) => signal.addEventListener("abort", resolve, { once: true }));
        await server.sendLoggingMessage({ level: "info", data: "the cancel arrived" });
        return text("cancelled");
      case "fail":
        return { ...text("the disk is full"), isError: true };
      case "throw":
        throw new Error("no such thing as 7");
      case "surrogates":
        return text("a\ud800b");
      case "structured":
        return { content: [], structuredContent: { degrees: 7 } };
      case "media":
        return { content: MEDIA };
      case "huge":
        return text("x".repeat(20_000_000));
      case "huge-notice":
        await server.sendLoggingMessage({ level: "info", data: "x".repeat(20_000_000) });
        return text("said");
      case "deaf": {
        process.stdin.pause();
        const pings = Array.from(
          { length: 100 },
          (_, id) => `{"jsonrpc":"2.0","id":${id},"method":"ping"}\n`,
        );
        setInterval(() => process.stdout.write(pings.join("")), 1);
        return text("heard nothing");
      }
      case "exit":
        console.error("out of memory");
        return process.exit(9);
      case "secret":
        await server.sendLoggingMessage({ level: "info", data: `key ${process.env.ODD_KEY}` });
        return text(`the key is ${process.env.ODD_KEY}`);
      case "change":
        await server.sendToolListChanged();
        return text("changed");
      case "sample-image": {
        const request = {
          method: "sampling/createMessage",
          params: { messages: IMAGE_QUESTION, maxTokens: 5 },
        };
        return text(JSON.stringify(await sendRequest(request as never, CreateMessageResultSchema)));
      }
      default:
        throw new Error(`unknown tool ${params.name}`);
    }
  });
  await server.connect(new StdioServerTransport());
}

const text = (words: string): CallToolResult => ({ content: [{ type: "text", text: words }] });

/** Pages of PAGE tools, as many in all as the argument says; one of them breaks the protocol's rules. */
function listTools(start: number) {
  const count = mode === "tools" ? Number(args[0]) : 1;
  const end = Math.min(start + PAGE, count);
  const tools = Array.from({ length: end - start }, (_, index) => ({
    name: `t${start + index}`,
    description: `made for ${process.env.ODD_KEY ?? "everybody"}`,
    inputSchema: EMPTY,
  }));
  const broken = mode === "tools" && start === 0 ? [{ name: "broken", inputSchema: "none" } as never] : [];
  return { tools: [...tools, ...broken], ...(end < count && { nextCursor: String(end) }) };
}

const MEDIA = [
  { type: "text" as const, text: "before" },
  { type: "image" as const, mimeType: "image/gif", data: "R0lGODlh" },
  { type: "audio" as const, mimeType: "audio/wav", data: "UklGRg==" },
  { type: "resource" as const, resource: { uri: "odd://text", text: "a page" } },
  { type: "resource" as const, resource: { uri: "odd://picture", mimeType: "image/png", blob: "iVBORw==" } },
  { type: "resource" as const, resource: { uri: "odd://data", mimeType: "application/zip", blob: "UEs=" } },
  { type: "resource_link" as const, uri: "odd://linked", name: "Linked", description: "elsewhere" },
];

const IMAGE_QUESTION: readonly SamplingMessage[] = [
  { role: "user", content: { type: "image", mimeType: "image/png", data: "iVBORw==" } },
];
