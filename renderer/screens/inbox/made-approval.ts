import { agentId, approvalId, syscallId } from "../../../shared/ids.ts";
import type { Approval } from "../../../shared/permission.ts";

/** An approval for tests: a7 asks to write squares.txt. Number `n` gives its id and its age. */
export const madeApproval = (n: number, change: Partial<Approval> = {}): Approval => ({
  id: approvalId(n),
  agentId: agentId(7),
  syscallId: syscallId(n),
  tool: "write_file",
  arguments: { path: "squares.txt", content: "1\n4\n9\n" },
  effects: [{ type: "write", target: "squares.txt", reversible: "yes" }],
  risk: "medium",
  reason: "Writes a file in the workspace",
  preview: { type: "file-change", path: "squares.txt", before: null, after: "1\n4\n9\n", cut: "whole" },
  runGrantText: "write_file may write files in the workspace folder until a7 ends",
  requestedAt: n * 1_000,
  by: "mode",
  taint: [],
  ruleOffers: [],
  expiresAt: n * 1_000 + 300_000,
  ...change,
});
