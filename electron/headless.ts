import { toErrorData } from "../shared/errors.ts";
import { parseCommand, USAGE } from "./command-line/arguments.ts";
import { listAgents, listModels, listProcesses } from "./command-line/lists.ts";
import { runAgent } from "./command-line/run.ts";
import { serve } from "./command-line/serve.ts";

/** The headless host and the command line. Exit codes: 0 done, 1 failed or cancelled, 2 bad usage. */
async function main(): Promise<number> {
  const command = parseCommand(process.argv.slice(2));
  switch (command.name) {
    case "help":
      process.stdout.write(USAGE);
      return 0;
    case "bad-usage":
      process.stderr.write(`${command.message}\n\n${USAGE}`);
      return 2;
    case "run":
      return runAgent(command);
    case "serve":
      return serve(command);
    case "agents":
      return listAgents(command);
    case "models":
      return listModels(command);
    case "ps":
      return listProcesses(command);
  }
}

// A reader that has gone, as with "| head", is no fault of ours: there is nobody left to tell.
for (const stream of [process.stdout, process.stderr]) {
  stream.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code !== "EPIPE") throw error;
    process.exit(1);
  });
}

try {
  process.exitCode = await main();
} catch (thrown) {
  const { message, hint } = toErrorData(thrown);
  process.stderr.write(`${message}${hint === undefined ? "" : `\n${hint}`}\n`);
  process.exitCode = 1;
}
