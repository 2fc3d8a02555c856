import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Rule } from "../../../../shared/access.ts";
import { agentId, grantId, ruleId } from "../../../../shared/ids.ts";
import { type Decision, effectTypeSchema, type PermissionMode } from "../../../../shared/permission.ts";
import { STANDARD_GROUP } from "../../../../shared/standard-group.ts";
import { NO_MARKS } from "../../../../shared/taint.ts";
import { createFileTree } from "../../../adapters/file-tree.ts";
import { openShellParser } from "../../../adapters/shell-parser.ts";
import type { FileTree, ShellParser } from "../../ports.ts";
import { decide } from "../decide.ts";
import type { AccessRequest } from "../request.ts";
import { type ShellRequest, shellEffects } from "../shell/shell-effects.ts";

interface Row {
  readonly command: string;
  readonly technique: string;
  readonly expected: "ask" | "deny";
}
// Not imported: half a character is valid JSON, and no valid module.
const data = (name: string) => JSON.parse(readFileSync(join(import.meta.dirname, name), "utf8"));
const rows: readonly Row[] = data("shell-commands.json");
const harmless: readonly { readonly command: string; readonly expected: "allow" }[] =
  data("harmless-commands.json");

/** Nothing but the command itself stands in the way: an agent that may do everything, with an allowing rule and grant. */
const AGENT = agentId(1);
const RULE: Rule = {
  id: ruleId(1),
  ...{ verdict: "allow", agent: null, tool: null, effect: null, pattern: "**" },
  ...{ workspace: null, expiresAt: null, text: "everything", createdAt: 0, source: "person" },
};
const GRANT = { id: grantId(1), agentId: AGENT, tool: "run_command", text: "everything", createdAt: 0 };
const GROUP = { ...STANDARD_GROUP, effects: effectTypeSchema.options };

let parser: ShellParser;
let base = "";
let files: FileTree;
beforeAll(async () => {
  parser = await openShellParser();
  base = mkdtempSync(join(tmpdir(), "aios-commands-"));
  const workspace = join(base, "workspace");
  for (const folder of [
    "workspace/src/lib",
    "workspace/.ssh",
    "workspace/notes",
    "outside",
    "workspace-evil",
  ]) {
    mkdirSync(join(base, folder), { recursive: true });
  }
  for (const file of ["notes.txt", "list.txt", "data.csv", "src/a.ts", "src/b.ts", "src/lib/a.txt", ".env"]) {
    writeFileSync(join(workspace, file), "text\n");
  }
  writeFileSync(join(workspace, ".ssh/id_rsa"), "key\n");
  writeFileSync(join(base, "outside.txt"), "outside\n");
  writeFileSync(join(base, "outside/outside.txt"), "outside\n");
  const links = {
    "out-link": "../outside.txt",
    "out-link.txt": "../outside.txt",
    "out-folder": "../outside",
    "one-link": "out-link",
    "two-links": "one-link",
    loop: "loop",
    dangling: "../nothing",
    "env-link": ".env",
    "key-link": ".ssh/id_rsa",
    "inner-link": "src/a.ts",
    "src/inner-folder": "lib",
  };
  for (const [name, target] of Object.entries(links)) symlinkSync(target, join(workspace, name));
  files = createFileTree(workspace);
});
afterAll(() => rmSync(base, { recursive: true }));

async function decisionOn(
  command: string,
  mode: PermissionMode,
  lenience: Pick<AccessRequest, "rules" | "grants">,
  given: Pick<ShellRequest, "writes" | "confinement">,
): Promise<Decision> {
  const effects = await shellEffects({ command, hosts: [], ...given }, parser, files.resolve);
  return decide({
    caller: "agent",
    agentId: AGENT,
    lineage: [{ agent: "clerk", groups: [GROUP] }],
    tool: GRANT.tool,
    server: null,
    effects,
    mode,
    ...lenience,
    marks: NO_MARKS,
    memoryOwner: "agent:clerk",
    scope: { type: "common" },
    ownerGroups: new Map(),
    workspace: files.root,
    now: 0,
    person: "present",
  });
}

const STRICT = { rules: [], grants: [] };
const LENIENT = { rules: [RULE], grants: [GRANT] };
const SANDBOX = { writes: "workspace", confinement: "sandbox" } as const;

/** Settings under which none of the commands may run unasked; the last are as permissive as settings get. */
const SETTINGS = [
  ["by default, without writing", "ask-on-risk", STRICT, { ...SANDBOX, writes: "none" }],
  ["by default, without a sandbox", "ask-on-risk", STRICT, { writes: "none", confinement: "none" }],
  ["by default", "ask-on-risk", STRICT, SANDBOX],
  ["in the freest mode, with everything allowed before", "run-freely", LENIENT, SANDBOX],
] as const;

const techniques = [...new Set(rows.map(({ technique }) => technique))];

test("there are enough of them, each once", () => {
  expect(new Set(rows.map(({ command }) => command)).size).toBe(rows.length);
  expect(rows.length).toBeGreaterThanOrEqual(500);
  expect(techniques.length).toBeGreaterThanOrEqual(50);
  expect(harmless.length).toBeGreaterThanOrEqual(80);
});

describe.each(techniques)("%s", (technique) => {
  const own = rows.filter((row) => row.technique === technique);
  test.each(SETTINGS)("never runs unasked %s", async (_, mode, lenience, given) => {
    const found: { command: string; verdict: string }[] = [];
    for (const { command } of own) {
      found.push({ command, verdict: (await decisionOn(command, mode, lenience, given)).verdict });
    }
    expect(found).toEqual(own.map(({ command, expected }) => ({ command, verdict: expected })));
  });
});

test("what only reads runs unasked by default", async () => {
  const asked: Pick<Decision, "reason">[] = [];
  for (const { command, expected } of harmless) {
    const given = { writes: "none", confinement: "sandbox" } as const;
    const { verdict, reason } = await decisionOn(command, "ask-on-risk", STRICT, given);
    if (verdict !== expected) asked.push({ reason: `${command}: ${reason}` });
  }
  expect(asked).toEqual([]);
});
