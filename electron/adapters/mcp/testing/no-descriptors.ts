/** Starts a server when this process may open no more files; prints how that ended. */
import { openSync, writeSync } from "node:fs";
import { LastWords } from "../last-words.ts";
import { startServerProcess } from "../server-process.ts";

const from = { command: process.execPath, args: ["--version"], folder: "/", environment: {} };
const opened: number[] = [];
try {
  for (;;) opened.push(openSync("/dev/null", "r"));
} catch {
  // There is none left.
}
try {
  await startServerProcess(from, new LastWords(() => {}));
  writeSync(1, "started");
} catch (error) {
  writeSync(1, `refused: ${error instanceof Error && "code" in error ? error.code : error}`);
}
