import type { MethodInput } from "../../../shared/contract.ts";
import type { ImportedServer } from "../../../shared/contract-tools.ts";
import type { KernelErrorData } from "../../../shared/errors.ts";

/** One server that was read from another program's configuration, as the person chooses about it. */
export type Candidate =
  | {
      readonly type: "ok";
      readonly key: string;
      readonly server: Extract<ImportedServer, { readonly type: "ok" }>;
      /** As it will be called here; the person may change it. */
      readonly name: string;
      readonly choice: "on" | "off";
      /** Why it was not added; null before it was tried. */
      readonly problem: KernelErrorData | null;
    }
  | {
      readonly type: "problem";
      readonly key: string;
      readonly name: string;
      readonly problem: KernelErrorData;
    };

/** What was read, all of it chosen but what has a problem. Names are free as they come. */
export const candidatesOf = (servers: readonly ImportedServer[]): readonly Candidate[] =>
  servers.map((server, index): Candidate => {
    const key = `${index} ${server.name}`;
    return server.type === "problem"
      ? { type: "problem", key, name: server.name, problem: server.error }
      : { type: "ok", key, server, name: server.name, choice: "on", problem: null };
  });

/** A candidate as input of `servers.add`; null for one that cannot be added. */
export function addInput(candidate: Candidate): MethodInput<"servers.add"> | null {
  if (candidate.type === "problem") return null;
  const { transport, secrets } = candidate.server;
  return { name: candidate.name.trim(), transport, secrets: { ...secrets } };
}
