import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import type { ServerTransport } from "../../../../shared/servers.ts";

/** The reference servers, as they are installed. */
const REFERENCE = {
  everything: "@modelcontextprotocol/server-everything/dist/index.js",
  filesystem: "@modelcontextprotocol/server-filesystem/dist/index.js",
  memory: "@modelcontextprotocol/server-memory/dist/index.js",
} as const;

export type ReferenceServer = keyof typeof REFERENCE;

export const fileOf = (server: ReferenceServer): string =>
  createRequire(import.meta.url).resolve(REFERENCE[server]);

/** How to start a reference server over its pipes. */
export const reference = (
  server: ReferenceServer,
  args: readonly string[] = [],
  envNames: readonly string[] = [],
): ServerTransport => script(fileOf(server), args, envNames);

/** A server of ours that does one thing that the reference servers do not; see odd-server.ts. */
export const odd = (mode: string, ...args: readonly string[]): ServerTransport =>
  script(fileURLToPath(new URL("odd-server.ts", import.meta.url)), [mode, ...args]);

function script(file: string, args: readonly string[], envNames: readonly string[] = []): ServerTransport {
  return {
    type: "stdio",
    command: process.execPath,
    args: [file, ...args],
    folder: null,
    envNames: [...envNames],
  };
}
