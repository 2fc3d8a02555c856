/** A kernel that is killed: opens the ledger in a folder, starts a stubborn server and says its pid. */
import { join } from "node:path";
import { serverName } from "../../../../shared/ids.ts";
import { createServerConnector } from "../../mcp-client.ts";
import { openProcessLedger } from "../../process-ledger.ts";
import { odd } from "./servers.ts";

const [folder = "", mode = "stubborn"] = process.argv.slice(2);
const ledger = await openProcessLedger(join(folder, "processes.json"));
const connector = createServerConnector({ workspace: folder, ledger });
const events = {
  listChanged() {},
  logged() {},
  closed() {},
  sample: () => Promise.reject(new Error("no models here")),
  elicit: async () => ({ type: "cancel" }) as const,
};
const connection = await connector.connect(
  serverName("left"),
  odd(mode),
  {},
  events,
  new AbortController().signal,
);
console.log(connection.pid);
setInterval(() => {}, 1_000);
