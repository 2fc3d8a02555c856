import { fileURLToPath } from "node:url";

/** The reference server that both contenders talk to, each with a process of its own. */
export const EVERYTHING = {
  command: process.execPath,
  args: [fileURLToPath(import.meta.resolve("@modelcontextprotocol/server-everything/dist/index.js"))],
} as const;
