import { useEffect, useRef, useState } from "react";
import { type KernelErrorData, toErrorData } from "../../../shared/errors.ts";
import type { SyscallId } from "../../../shared/ids.ts";
import type { JsonObject } from "../../../shared/messages.ts";
import type { SyscallView, SystemState } from "../../../shared/state.ts";
import type { SyscallResult } from "../../../shared/syscall.ts";
import { useLiveStore, useRequest, useSystem, useTransport } from "../../store.tsx";

export type ToolCallResult = Exclude<SyscallResult, { readonly kind: "llm" }>;

export type TestedCall =
  | { readonly type: "none" }
  /** `view` is null until the system has told of it. */
  | { readonly type: "running"; readonly startedAt: number; readonly view: SyscallView | null }
  | { readonly type: "done"; readonly result: ToolCallResult; readonly ms: number }
  | { readonly type: "failed"; readonly error: KernelErrorData; readonly ms: number };

type Settled = Exclude<TestedCall, { readonly type: "running" }>;
interface Started {
  readonly type: "running";
  readonly startedAt: number;
  /** The person's calls of this tool that were there before. */
  readonly earlier: ReadonlySet<SyscallId>;
}

/** A call of the person's own, made and watched. One at a time; leaving the screen leaves the call running. */
export function useTestCall(tool: string) {
  const transport = useTransport();
  const request = useRequest();
  const live = useLiveStore();
  const [state, setState] = useState<Settled | Started>({ type: "none" });
  const there = useRef<"here" | "left">("here");
  useEffect(() => {
    there.current = "here";
    return () => {
      there.current = "left";
    };
  }, []);
  const view = useSystem((system) =>
    state.type === "running"
      ? (ownCalls(tool, system).find(({ id }) => !state.earlier.has(id)) ?? null)
      : null,
  );

  const run = (values: JsonObject): void => {
    if (state.type === "running") return;
    const startedAt = Date.now();
    const earlier = new Set(ownCalls(tool, live.store.getState().system).map(({ id }) => id));
    const settle = (outcome: (ms: number) => Settled): void => {
      if (there.current === "here") setState(outcome(Date.now() - startedAt));
    };
    setState({ type: "running", startedAt, earlier });
    transport.request("tools.call", { tool, arguments: values }).then(
      (reply) =>
        settle((ms) => {
          if (reply.type === "failed") return { type: "failed", error: reply.error, ms };
          return reply.result.kind === "llm" ? { type: "none" } : { type: "done", result: reply.result, ms };
        }),
      (thrown: unknown) => settle((ms) => ({ type: "failed", error: toErrorData(thrown), ms })),
    );
  };
  const cancel = (): void => {
    if (view) void request("syscalls.cancel", { syscallId: view.id });
  };
  const call: TestedCall =
    state.type === "running" ? { type: "running", startedAt: state.startedAt, view } : state;
  return { call, run, cancel };
}

const ownCalls = (tool: string, system: SystemState): readonly SyscallView[] =>
  [...system.syscalls.values()].filter((call) => call.caller?.type === "person" && call.label === tool);
