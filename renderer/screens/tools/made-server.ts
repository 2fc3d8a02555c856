import { serverName } from "../../../shared/ids.ts";
import { type ServerInfo, serverOptionsSchema, type ToolDefinition } from "../../../shared/servers.ts";

/** A tool of a server for tests: it reads a file. */
export const madeTool = (change: Partial<ToolDefinition> = {}): ToolDefinition => ({
  name: "read_file",
  title: null,
  description: "Reads a file.",
  inputSchema: {
    type: "object",
    properties: { path: { type: "string", description: "Where it is" } },
    required: ["path"],
  },
  annotations: { readOnly: true, destructive: false, idempotent: false, openWorld: false },
  ...change,
});

/** A server for tests, trusted and ready. */
export const madeServer = (change: Partial<ServerInfo> = {}): ServerInfo => ({
  name: serverName("files"),
  transport: { type: "stdio", command: "npx", args: ["-y", "files"], folder: null, envNames: [] },
  options: serverOptionsSchema.parse({}),
  status: { type: "ready", since: 0, pid: 77 },
  reports: { name: "files", version: "1.0.0", instructions: "" },
  capabilities: { resources: false, prompts: false, logging: false },
  tools: [madeTool()],
  digest: "d1",
  trust: "trusted",
  restarts: 0,
  ...change,
});
