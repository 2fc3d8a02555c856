import { describe, expect, it } from "vitest";
import { recordedRun } from "../../e2e/fixtures/recorded-run.ts";
import type { KernelEvent } from "../../shared/events.ts";
import { agentId, seq, serverName, syscallId } from "../../shared/ids.ts";
import { memoryId } from "../../shared/memory.ts";
import { agentMemory, PERSON } from "../../shared/memory-owners.ts";
import { reduce } from "../../shared/reduce.ts";
import { emptyState } from "../../shared/state.ts";
import { parseRoute, type Route, routeHash } from "../routes.ts";
import { paletteEntries, paletteMatches } from "./palette-entries.ts";
import { type PressedKey, shortcutFor } from "./shortcuts.ts";

const plain = { ctrlKey: false, metaKey: false, altKey: false, focus: "elsewhere" } as const;
const press = (key: string, more: Partial<PressedKey> = {}): PressedKey => ({ ...plain, key, ...more });

describe("shortcuts", () => {
  it("go to the screens that there are, with Ctrl and with Command", () => {
    expect(shortcutFor(press("2", { ctrlKey: true }), 4)).toEqual({ type: "screen", index: 1 });
    expect(shortcutFor(press("4", { metaKey: true }), 4)).toEqual({ type: "screen", index: 3 });
    expect(shortcutFor(press("5", { ctrlKey: true }), 4)).toBeNull();
  });

  it("leave typing alone but for the palette", () => {
    expect(shortcutFor(press("?"), 4)).toEqual({ type: "keys" });
    expect(shortcutFor(press("?", { focus: "typing" }), 4)).toBeNull();
    expect(shortcutFor(press("K", { ctrlKey: true, focus: "typing" }), 4)).toEqual({ type: "palette" });
    expect(shortcutFor(press("2"), 4)).toBeNull();
  });
});

describe("routes", () => {
  it("survive a trip through the address", () => {
    const routes: readonly Route[] = [
      { screen: "overview" },
      { screen: "agent", agentId: agentId(7) },
      { screen: "agent", agentId: agentId(7), tab: "context" },
      { screen: "agent", agentId: null },
      { screen: "inbox" },
      { screen: "models" },
      { screen: "models", shown: { type: "add-file", way: "disk" } },
      { screen: "models", shown: { type: "add-file", way: "address" } },
      { screen: "models", shown: { type: "file", file: "/models/tiny 50%/a.gguf" } },
      { screen: "memory" },
      { screen: "memory", shown: { owner: null } },
      { screen: "memory", shown: { owner: agentMemory("clerk"), item: { owner: PERSON, id: memoryId(7) } } },
      { screen: "files" },
      { screen: "files", shown: { type: "trash" } },
      { screen: "files", shown: { type: "shares" } },
      { screen: "files", shown: { type: "folder", path: "." } },
      { screen: "files", shown: { type: "folder", path: "agents/clerk", chosen: "agents/clerk/50% ü/a.md" } },
      { screen: "access" },
      { screen: "access", tab: "audit" },
      { screen: "tools" },
      { screen: "tools", shown: { type: "add" } },
      { screen: "tools", shown: { type: "import" } },
      { screen: "tools", shown: { type: "server", name: serverName("files") } },
      { screen: "tools", shown: { type: "tool", name: "odd/name %41 ü" } },
    ];
    for (const route of routes) expect(parseRoute(routeHash(route))).toEqual(route);
  });

  it("fall back to the overview, and to no agent", () => {
    expect(parseRoute("")).toEqual({ screen: "overview" });
    expect(parseRoute("#/access/nothing")).toEqual({ screen: "access" });
    expect(parseRoute("#/nowhere")).toEqual({ screen: "overview" });
    expect(parseRoute("#/tools/server/Not%20A%20Name")).toEqual({ screen: "tools" });
    expect(parseRoute("#/tools/tool/%")).toEqual({ screen: "tools", shown: { type: "tool", name: "%" } });
    expect(parseRoute("#/files/nowhere")).toEqual({ screen: "files" });
    expect(parseRoute("#/files/folder")).toEqual({ screen: "files" });
    expect(parseRoute("#/models/file")).toEqual({ screen: "models" });
    expect(parseRoute("#/models/add-file/nowhere")).toEqual({
      screen: "models",
      shown: { type: "add-file", way: "disk" },
    });
    expect(parseRoute("#/agent/seven")).toEqual({ screen: "agent", agentId: null });
  });
});

describe("the palette", () => {
  const done: string[] = [];
  const note =
    (what: string) =>
    (...of: readonly unknown[]): void =>
      void done.push([what, ...of.map((each) => JSON.stringify(each))].join(" "));
  const system = recordedRun(1_800_000_000_000).reduce(reduce, emptyState());
  system.addOn = { status: "missing", version: null, text: "Run npm run addon:llama" };
  const entries = paletteEntries({
    system,
    manifests: [],
    go: note("go"),
    actions: {
      launch: note("launch"),
      launchFleet: note("fleet"),
      pause: note("pause"),
      resume: note("resume"),
      takeSnapshot: note("snapshot"),
      compact: note("compact"),
      kill: note("kill"),
      changePriority: note("priority"),
      changeSettings: note("settings"),
      installEngine: note("install"),
      loadModel: note("load"),
      unloadModel: note("unload"),
      setTheme: note("theme"),
      show: note("show"),
    },
  });

  it("names each entry once", () => {
    expect(new Set(entries.map((entry) => entry.id)).size).toBe(entries.length);
  });

  it("offers an agent what its state allows", () => {
    const of = (id: string) =>
      entries.filter((entry) => entry.label.endsWith(` ${id}`)).map((entry) => entry.label.split(" ")[0]);
    expect(of("a5")).toEqual(["Open", "Context", "Take", "Make", "Pause", "Raise", "Lower", "Kill"]);
    expect(of("a14")).toContain("Resume");
    expect(of("a1")).toEqual(["Open", "Context", "Take"]);
  });

  it("finds by words, what starts with them first, and no more than fit", () => {
    expect(paletteMatches(entries, "kill a6").map((entry) => entry.label)).toEqual(["Kill a6"]);
    expect(paletteMatches(entries, "policy")[0]?.label).toBe("Policy: FIFO");
    expect(paletteMatches(entries, "", 5)).toHaveLength(5);
    expect(paletteMatches(entries, "no such thing")).toEqual([]);
  });

  it("does what it says", () => {
    paletteMatches(entries, "kill a6")[0]?.run();
    paletteMatches(entries, "raise a6")[0]?.run();
    paletteMatches(entries, "policy fifo")[0]?.run();
    expect(done.splice(0)).toEqual(['kill "a6"', 'priority "a6" 1', 'settings {"policy":"fifo"}']);
  });

  it("installs the engine for model files where it is missing, and adds a file", () => {
    paletteMatches(entries, "add a model file")[0]?.run();
    paletteMatches(entries, "install the engine")[0]?.run();
    expect(done.splice(0)).toEqual([
      'go {"screen":"models","shown":{"type":"add-file","way":"disk"}}',
      'go {"screen":"models"}',
      "install",
    ]);
  });
});

describe("what a restart interrupted", () => {
  const head = { v: 4, seq: seq(1), at: 5, mono: 5 } as const;
  const started: KernelEvent = { ...head, type: "kernel.started", host: "headless", pid: 1, version: "0" };
  const recovered = (n: number): KernelEvent => ({
    ...head,
    type: "agent.recovered",
    agentId: agentId(n),
    unknown: [syscallId(n)],
  });

  it("is listed from the last start on, and bounded", () => {
    const listed = (events: readonly KernelEvent[]) => events.reduce(reduce, emptyState()).kernel?.recovered;
    expect(listed([started, recovered(1), recovered(2)])?.map((agent) => agent.agentId)).toEqual([
      "a1",
      "a2",
    ]);
    expect(listed([started, recovered(1), started])).toEqual([]);
    expect(listed([started, ...Array.from({ length: 500 }, (_, n) => recovered(n + 1))])).toHaveLength(200);
  });
});
