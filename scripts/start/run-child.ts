import { type ChildProcess, type SpawnOptions, spawn } from "node:child_process";
import { constants } from "node:os";

export interface ChildEnd {
  /** As a shell would report it: 128 and the signal's number for a killed child. */
  readonly code: number;
  readonly ranMs: number;
  /** The end of what it wrote on standard error, at most 8,000 characters. */
  readonly complaint: string;
}

/**
 * Runs a program on this one's standard streams until it ends, passing on SIGTERM, SIGHUP and, where no terminal
 * does so, SIGINT. Standard error is shown unless `errors` is "hold", which keeps it until the child has run for
 * `holdMs`. Never throws.
 */
export function runChild(
  command: string,
  args: readonly string[],
  options: Pick<SpawnOptions, "cwd" | "env"> & { readonly errors: "show" | "hold"; readonly holdMs?: number },
): Promise<ChildEnd> {
  const startedAt = performance.now();
  const child = spawn(command, args, {
    cwd: options.cwd,
    env: options.env,
    stdio: ["inherit", "inherit", options.errors === "show" ? "inherit" : "pipe"],
  });
  let complaint = "";
  let shown: "held" | "shown" = "held";
  const show = () => {
    if (shown === "held") process.stderr.write(complaint);
    shown = "shown";
  };
  child.stderr?.on("data", (text: Buffer) => {
    complaint = (complaint + text.toString()).slice(-8_000);
    if (shown === "shown") process.stderr.write(text);
  });
  const holding = child.stderr ? setTimeout(show, options.holdMs ?? 0) : undefined;
  const stopForwarding = forwardSignals(child);

  return new Promise((resolve) => {
    const end = (code: number) => {
      clearTimeout(holding);
      stopForwarding();
      resolve({ code, ranMs: performance.now() - startedAt, complaint });
    };
    child.on("error", (error) => {
      complaint = error.message;
      end(127);
    });
    child.on("close", (code, signal) => end(code ?? 128 + (signal ? constants.signals[signal] : 0)));
  });
}

function forwardSignals(child: ChildProcess): () => void {
  const forward = (signal: NodeJS.Signals) => {
    // A terminal sends Ctrl-C to the child as well: passing it on would make it two.
    if (signal === "SIGINT" && process.stdin.isTTY) return;
    child.kill(signal);
  };
  const signals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
  for (const signal of signals) process.on(signal, forward);
  return () => {
    for (const signal of signals) process.off(signal, forward);
  };
}
