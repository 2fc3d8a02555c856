import { afterEach } from "vitest";
import type { ContractHandlers } from "../../../shared/contract.ts";
import type { AgentManifest } from "../../../shared/manifest.ts";
import type { JsonObject } from "../../../shared/messages.ts";
import type { Approval, Effect } from "../../../shared/permission.ts";
import type { PrivateSource, TaintSource } from "../../../shared/taint.ts";
import type { Tool, ToolReply, ToolRun } from "../ports.ts";
import { type Script, ScriptedCore, type ScriptedCoreOptions } from "./scripted-core.ts";
import { TestKernel, type TestKernelOptions } from "./test-kernel.ts";

export interface StartOptions extends Partial<Omit<TestKernelOptions, "manifests">> {
  readonly core?: ScriptedCoreOptions;
  /** Tools and limits of the one agent `helper`, or several manifests. */
  readonly manifest?: Partial<AgentManifest>;
  readonly manifests?: readonly Partial<AgentManifest>[];
}

export interface Started {
  readonly core: ScriptedCore;
  readonly kernel: TestKernel;
  readonly handlers: ContractHandlers;
}

/** Kernels that are stopped and whose folders are removed after each test. */
export function useKernels(): (script: Script, options?: StartOptions) => Promise<Started> {
  const started: TestKernel[] = [];
  afterEach(async () => {
    for (const kernel of started.splice(0)) await kernel.destroy();
  });
  return async (script, { core: coreOptions, manifest, ...options } = {}) => {
    const core = new ScriptedCore(script, coreOptions);
    const manifests = options.manifests ?? [manifest ?? {}];
    const kernel = await TestKernel.start({ cores: [core], ...options, manifests });
    started.push(kernel);
    return { core, kernel, handlers: kernel.kernel.handlers };
  };
}

/** Waits until a request is open and returns it. */
export async function openRequest({ kernel }: Started): Promise<Approval> {
  const open = () => kernel.kernel.feed.state().approvals.values().next().value;
  await kernel.clock.until(() => open() !== undefined);
  const approval = open();
  if (!approval) throw new Error("no request is open");
  return approval;
}

export interface TestToolOptions {
  readonly name: string;
  readonly run: (args: JsonObject, run: ToolRun) => Promise<string | ToolReply>;
  readonly server?: Tool["server"];
  readonly taints?: readonly TaintSource[];
  readonly privates?: readonly PrivateSource[];
  readonly effects?: readonly Effect[];
  /** Effects by arguments, in place of `effects`. */
  readonly effectsOf?: (args: JsonObject) => Promise<readonly Effect[]>;
  readonly idempotent?: Tool["idempotent"];
  readonly concurrency?: number;
  readonly timeoutMs?: number;
}

/** A tool of a test: real to the kernel, with arguments that are taken as they come. */
export const testTool = (options: TestToolOptions): Tool => ({
  specification: {
    name: options.name,
    description: `The tool ${options.name}`,
    parameters: { type: "object" },
  },
  server: options.server ?? null,
  kind: "tool",
  idempotent: options.idempotent ?? "yes",
  concurrency: options.concurrency ?? 8,
  timeoutMs: options.timeoutMs ?? 30_000,
  parse: (args) => args,
  effects: async (args) => (await options.effectsOf?.(args)) ?? options.effects ?? [],
  taints: async () => options.taints ?? [],
  privates: () => options.privates ?? [],
  preview: async () => ({ type: "none" }),
  run: options.run,
});

/** An answer that a test gives when it wants, and the way to wait until it is asked for. */
export class Held<T> {
  readonly #asked: PromiseWithResolvers<T>[] = [];

  ask(): Promise<T> {
    const question = Promise.withResolvers<T>();
    this.#asked.push(question);
    return question.promise;
  }

  get waiting(): number {
    return this.#asked.length;
  }

  /** Answers the oldest question. */
  give(answer: T | Promise<T>): void {
    const question = this.#asked.shift();
    if (!question) throw new Error("nobody asked");
    question.resolve(answer);
  }
}
