import { expect, test } from "vitest";
import { agentId, type ServerName } from "../../../shared/ids.ts";
import { MARK_SOURCES_KEPT } from "../../../shared/limits.ts";
import type { Marks, PrivateSource, TaintSource } from "../../../shared/taint.ts";
import { anEffect } from "../testing/sample-access-request.ts";
import { checkTaint, privateElsewhere } from "./taint-check.ts";

const files = "files" as ServerName;
const WEB: TaintSource = { type: "web", host: "evil.example:443" };
const FROM_FILES: TaintSource = { type: "server", server: files, tool: "read" };
const FROM_OTHER: TaintSource = { type: "server", server: "other" as ServerName, tool: "read" };
const WORKSPACE: PrivateSource = { type: "workspace" };
const IN_FILES: PrivateSource = { type: "server", server: files };
const marks = (taint: readonly TaintSource[], held: readonly PrivateSource[] = []): Marks => ({
  taint,
  private: held,
});
const page = anEffect("net", "example.org:443");
const command = anEffect("exec", "ls");
const toFiles = anEffect("write", "mcp:files/write");

test.each([
  [
    "what stays inside",
    [anEffect("write"), anEffect("write", "memory:agent:clerk")],
    marks([WEB], [WORKSPACE]),
    null,
  ],
  ["reading from a server", [anEffect("read", "mcp:files/read")], marks([WEB], [WORKSPACE]), null],
  ["a command without taint", [command], marks([], [WORKSPACE]), null],
  ["a page when nothing private is there", [page], marks([WEB]), null],
  ["a page with private data", [page], marks([WEB], [WORKSPACE]), "deny"],
  ["a command", [command], marks([WEB]), "ask"],
  ["a command with private data", [command], marks([WEB], [WORKSPACE]), "deny"],
  ["a command with a server's data", [command], marks([FROM_FILES], [IN_FILES]), "deny"],
  [
    "a command that reads like a server",
    [anEffect("exec", "mcp:files/x")],
    marks([FROM_FILES], [IN_FILES]),
    "deny",
  ],
  ["something to send", [anEffect("send", "example.org:25")], marks([WEB]), "ask"],
  [
    "something to send, in private",
    [anEffect("send", "example.org:25")],
    marks([WEB], [{ type: "memory" }]),
    "deny",
  ],
  ["back to the only server", [toFiles], marks([FROM_FILES], [IN_FILES]), null],
  ["back to the only server, public", [toFiles], marks([FROM_FILES]), null],
  ["a server's own data, steered from elsewhere", [toFiles], marks([FROM_FILES, WEB], [IN_FILES]), "ask"],
  ["to a server, steered by another", [toFiles], marks([FROM_OTHER]), "ask"],
  ["to a server, with files", [toFiles], marks([FROM_FILES], [IN_FILES, WORKSPACE]), "deny"],
  [
    "to a server, with another's data",
    [anEffect("delete", "mcp:other/x")],
    marks([FROM_OTHER], [IN_FILES]),
    "deny",
  ],
  [
    "to a server by fetching, steered from elsewhere",
    [anEffect("net", "mcp:files/get")],
    marks([WEB], [IN_FILES]),
    "ask",
  ],
  ["what nobody can foresee", [anEffect("write", "a.txt", { opaque: "why" })], marks([WEB]), "ask"],
  ["the same, in private", [anEffect("read", ".", { opaque: "why" })], marks([WEB], [WORKSPACE]), "deny"],
  ["one leak among much else", [command, toFiles, page], marks([FROM_FILES], [IN_FILES]), "deny"],
  ["heard from another agent", [command], marks([{ type: "agent", agentId: agentId(2) }]), "ask"],
] as const)("%s", (_, effects, marked, verdict) => {
  expect(checkTaint(effects, marked)?.verdict ?? null).toBe(verdict);
});

test("a question names the call and where the text came from", () => {
  expect(checkTaint([command], marks([WEB]))?.reason).toBe(
    "exec ls: the agent has read the page at evil.example:443, which may steer it",
  );
});

test("a denial names both sources and the way out", () => {
  const { reason } = checkTaint([page], marks([WEB], [WORKSPACE, IN_FILES])) ?? {};
  expect(reason).toContain("net example.org:443");
  expect(reason).toContain("the page at evil.example:443");
  expect(reason).toContain("files of the workspace, the server files");
  expect(reason).toContain("declassify");
});

test("a list that is full may have lost a source, so a server is no longer the only one", () => {
  const tools = (count: number): TaintSource[] =>
    Array.from({ length: count }, (_, n) => ({ type: "server", server: files, tool: `t${n}` }));
  expect(checkTaint([toFiles], marks(tools(MARK_SOURCES_KEPT - 1)))).toBeNull();
  expect(checkTaint([toFiles], marks(tools(MARK_SOURCES_KEPT)))?.verdict).toBe("ask");
  const held = Array.from({ length: MARK_SOURCES_KEPT }, () => IN_FILES);
  expect(privateElsewhere(toFiles, marks([], held))).toHaveLength(MARK_SOURCES_KEPT);
});
