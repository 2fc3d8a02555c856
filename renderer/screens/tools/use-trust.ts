import { useState } from "react";
import { type KernelErrorData, toErrorData } from "../../../shared/errors.ts";
import type { ServerInfo } from "../../../shared/servers.ts";
import { useTransport } from "../../store.tsx";
import { nextStep, type ServerStep } from "./server-words.ts";

export interface Trust {
  /** The step that is shown: while one is under way, the one that was taken. */
  readonly step: ServerStep;
  readonly work: "idle" | "reading" | "starting";
  /** Why the last step came to nothing. */
  readonly error: KernelErrorData | null;
  /** Starts the server, reads its tools and ends it. */
  readonly read: () => void;
  /** Trusts exactly what the digest stands for, and starts it. */
  readonly enable: (digest: string) => void;
}

/** The steps towards using a server, taken one at a time. */
export function useTrust(server: ServerInfo): Trust {
  const transport = useTransport();
  const [taken, setTaken] = useState<Pick<Trust, "step" | "work"> | null>(null);
  const [error, setError] = useState<KernelErrorData | null>(null);
  const { name } = server;
  const step = taken?.step ?? nextStep(server);
  const take = async (work: Trust["work"], doing: () => Promise<unknown>): Promise<void> => {
    setTaken({ step, work });
    setError(null);
    await doing().catch((thrown: unknown) => setError(toErrorData(thrown)));
    setTaken(null);
  };
  return {
    step,
    work: taken?.work ?? "idle",
    error,
    read: () => void take("reading", () => transport.request("servers.inspect", { name })),
    enable: (digest) => void take("starting", () => transport.request("servers.enable", { name, digest })),
  };
}
