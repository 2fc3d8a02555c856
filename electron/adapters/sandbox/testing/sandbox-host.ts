import { sensitivity } from "../../../kernel/access/sensitive-paths.ts";
import { createSandbox } from "../../sandbox.ts";

// A program that has a command under way, to be killed by a test: its data folder, then the hosts of the command.
const [dataFolder = "", ...hosts] = process.argv.slice(2);

await createSandbox({ dataFolder, sensitivity }).run({
  argv: ["bash", "-c", "sleep 300 & echo started; sleep 300"],
  folder: dataFolder,
  writes: "none",
  hosts,
  env: {},
  limits: { ms: 300_000, outputBytes: 1_000, processes: 32 },
  signal: new AbortController().signal,
  onOutput: (text) => process.stdout.write(text),
});
