import { chmodSync, mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { parentPort, workerData } from "node:worker_threads";
import { SandboxManager, type SandboxRuntimeConfig } from "@anthropic-ai/sandbox-runtime";
import { invariant } from "../../../shared/errors.ts";
import type { FilesystemRules, PathEntry } from "./filesystem.ts";

export interface SandboxThreadData {
  /** `none`: no proxy is started, and no network is there at all. */
  readonly hosts: "none" | "some";
  /** A private folder for sockets and the like. */
  readonly folder: string;
}

export type ThreadRequest =
  | {
      readonly type: "wrap";
      readonly id: number;
      readonly key: string;
      readonly command: string;
      readonly filesystem: FilesystemRules;
      readonly hosts: readonly string[];
    }
  | { readonly type: "ended"; readonly id: number; readonly key: string }
  | { readonly type: "close" };

export type ThreadReply =
  | { readonly id: number; readonly ok: true; readonly command: string }
  | { readonly id: number; readonly ok: false; readonly reason: string };

/** Local networks; the package itself refuses this machine's addresses, link-local ones and clouds' metadata. */
const LOCAL_NETWORKS = ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "fc00::/7"];

invariant(parentPort, "this file runs as a worker thread");
const port = parentPort;
const { hosts, folder }: SandboxThreadData = workerData;
/** Calls that are being wrapped, or are wrapped and run. The package counts those that run, to clear up after them. */
const calls = new Map<number, "wrapping" | "given-up" | "running">();

// The package protects what it finds where the program stands. That would be any folder, so it is an empty one; the
// rules of each call protect the working folder.
const standing = join(folder, "empty");
mkdirSync(standing, { recursive: true, mode: 0o700 });
process.cwd = () => standing;

const filter = seccompFilter();
const relay = hosts === "some" && process.platform === "linux" ? relayScript() : null;
const ready = start();
// It is told to each call that waits for it.
ready.catch(() => {});

port.on("message", (request: ThreadRequest) => {
  switch (request.type) {
    case "wrap":
      return void wrap(request);
    case "ended":
      return ended(request.id, request.key);
    case "close":
      return void close();
  }
});

async function start(): Promise<void> {
  const config: SandboxRuntimeConfig = {
    network: {
      allowedDomains: [],
      deniedDomains: ["localhost", "127.0.0.1", "::1", "0.0.0.0"],
      deniedResolvedAddresses: LOCAL_NETWORKS,
    },
    filesystem: { denyRead: [], allowWrite: [], denyWrite: [] },
    ...(filter === null ? {} : { seccomp: { applyPath: filter } }),
    ...(relay === null ? {} : { socatPath: relay }),
  };
  // Without `initialize` no proxy and no relay are started: what is wrapped then has no way out.
  if (hosts === "some") await SandboxManager.initialize(config);
  else SandboxManager.updateConfig(config);
}

async function wrap(request: Extract<ThreadRequest, { type: "wrap" }>): Promise<void> {
  const { id, key, command, filesystem } = request;
  calls.set(id, "wrapping");
  try {
    await ready;
    const { denyRead, allowRead, allowWrite, denyWrite } = filesystem;
    const own = [
      filter,
      relay,
      SandboxManager.getLinuxHttpSocketPath(),
      SandboxManager.getLinuxSocksSocketPath(),
    ];
    if (request.hosts.length > 0) {
      SandboxManager.registerCommandNetworkLists(key, { allowedDomains: [...request.hosts] });
    }
    const line = await SandboxManager.wrapWithSandbox(
      command,
      "bash",
      {
        network: { allowedDomains: [], deniedDomains: [] },
        filesystem: {
          denyRead: [...denyRead],
          allowRead: [...allowRead, ...own.flatMap((path) => (path ? [literal(path)] : []))],
          allowWrite: [...allowWrite],
          denyWrite: [...denyWrite],
        },
      },
      undefined,
      { commandId: key, commandText: "command" },
    );
    const isGivenUp = calls.get(id) === "given-up";
    calls.set(id, "running");
    if (isGivenUp) return ended(id, key);
    port.postMessage({ id, ok: true, command: line } satisfies ThreadReply);
  } catch (error) {
    calls.delete(id);
    const reason = error instanceof Error ? error.message : String(error);
    port.postMessage({ id, ok: false, reason } satisfies ThreadReply);
  }
}

function ended(id: number, key: string): void {
  SandboxManager.unregisterCommandNetworkLists(key);
  if (calls.get(id) === "wrapping") calls.set(id, "given-up");
  else if (calls.delete(id)) SandboxManager.cleanupAfterCommand();
}

async function close(): Promise<void> {
  await SandboxManager.reset().catch(() => {});
  port.close();
  process.exit();
}

function literal(path: string): PathEntry {
  return { path, literal: true };
}

/** The program that sets the filter for Unix sockets. It is run by a shell, which cannot look into an archive. */
function seccompFilter(): string | null {
  if (process.platform !== "linux" || (process.arch !== "x64" && process.arch !== "arm64")) return null;
  const entry = fileURLToPath(import.meta.resolve("@anthropic-ai/sandbox-runtime"));
  const file = join(dirname(entry), "..", "vendor", "seccomp", process.arch, "apply-seccomp");
  return file.replace(/([/\\]app\.asar)([/\\])/, "$1.unpacked$2");
}

/** socat that dies with this thread, and so with a program that is killed: the package's own would be left. */
function relayScript(): string {
  const file = join(folder, "relay");
  writeFileSync(file, '#!/bin/sh\nexec setpriv --pdeathsig KILL socat "$@"\n');
  chmodSync(file, 0o700);
  return file;
}
