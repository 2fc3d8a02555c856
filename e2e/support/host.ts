import { type Ended, type ProgramOptions, type RunningProgram, startProgram } from "./program.ts";

const ADDRESS = /^AIOS dashboard: (http:\/\/127\.0\.0\.1:(\d+))\/#token=(\S+)\n/m;

/** A running headless host. */
export interface Host {
  readonly dataFolder: string;
  /** As printed, with the token. */
  readonly address: string;
  /** Without the token: `http://127.0.0.1:4100`. */
  readonly origin: string;
  readonly port: number;
  readonly token: string;
  readonly program: RunningProgram;
  /** As Ctrl-C or a service manager does it. */
  stop(): Promise<Ended>;
  /** As a crash does it: at once. */
  kill(): Promise<Ended>;
}

/** Serves a data folder on a free port, or on the one given. */
export async function startHost(
  dataFolder: string,
  options: ProgramOptions & { readonly port?: number; readonly token?: string } = {},
): Promise<Host> {
  const { port, token, ...rest } = options;
  const program = startProgram(
    [
      "serve",
      "--data",
      dataFolder,
      ...(port === undefined ? [] : ["--port", String(port)]),
      ...(token === undefined ? [] : ["--token", token]),
    ],
    rest,
  );
  const [, origin = "", printedPort = "", printedToken = ""] = await program.untilPrinted(ADDRESS);
  const end = (name: "SIGTERM" | "SIGKILL") => (): Promise<Ended> => {
    program.signal(name);
    return program.ended;
  };
  return {
    dataFolder,
    address: `${origin}/#token=${printedToken}`,
    origin,
    port: Number(printedPort),
    token: printedToken,
    program,
    stop: end("SIGTERM"),
    kill: end("SIGKILL"),
  };
}
