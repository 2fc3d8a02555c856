import type { AgentManifest } from "../../shared/manifest.ts";
import { modeSchema } from "../../shared/permission.ts";
import { policySchema } from "../../shared/settings.ts";
import type { AgentView, SystemState } from "../../shared/state.ts";
import { canInstall } from "../add-on.ts";
import { MODE_WORDS, POLICY_WORDS } from "../labels.ts";
import { ACCESS_TABS, type FileWay, type Route, type ToolsShown } from "../routes.ts";
import { THEMES } from "../theme.ts";
import type { Actions } from "./actions.tsx";
import { SCREENS } from "./screens.ts";

export interface PaletteEntry {
  readonly id: string;
  readonly group: "Go to" | "Launch" | "Servers" | "Models" | "Agents" | "Settings";
  readonly label: string;
  /** More words that find it. */
  readonly detail: string;
  readonly keys?: string;
  readonly run: () => void;
}

/** Slices offered by name; any other is set on the Overview. */
const SLICES = [8, 24, 64, 256] as const;
/** Entries shown at once: what a person looks through before typing more. */
export const PALETTE_SHOWN = 60;

export interface PaletteSources {
  readonly system: SystemState;
  readonly manifests: readonly AgentManifest[];
  readonly actions: Actions;
  readonly go: (route: Route) => void;
}

/** Every action there is now. */
export function paletteEntries({ system, manifests, actions, go }: PaletteSources): readonly PaletteEntry[] {
  const entries: PaletteEntry[] = [];
  SCREENS.forEach((screen, index) => {
    entries.push({
      id: `go-${screen.name}`,
      group: "Go to",
      label: screen.label,
      detail: "screen",
      keys: `Mod+${index + 1}`,
      run: () => go(screen.name === "agent" ? { screen: "agent", agentId: null } : { screen: screen.name }),
    });
  });
  for (const tab of ACCESS_TABS) {
    entries.push({
      id: `go-access-${tab}`,
      group: "Go to",
      label: `Access: ${tab}`,
      detail: "permission screen",
      run: () => go({ screen: "access", tab }),
    });
  }
  entries.push(
    {
      id: "go-files-trash",
      group: "Go to",
      label: "Files: trash",
      detail: "deleted restore",
      run: () => go({ screen: "files", shown: { type: "trash" } }),
    },
    {
      id: "go-files-shares",
      group: "Go to",
      label: "Files: shared links",
      detail: "share revoke address",
      run: () => go({ screen: "files", shown: { type: "shares" } }),
    },
  );
  entries.push({
    id: "keys",
    group: "Go to",
    label: "Keys",
    detail: "shortcuts help",
    keys: "?",
    run: () => actions.show("keys"),
  });
  for (const manifest of manifests) {
    entries.push({
      id: `launch-${manifest.name}`,
      group: "Launch",
      label: `Launch ${manifest.title}`,
      detail: manifest.description,
      run: () => actions.launch(manifest.name),
    });
  }
  entries.push({
    id: "launch-fleet",
    group: "Launch",
    label: "Launch a demo fleet",
    detail: "twelve agents with sample tasks",
    run: actions.launchFleet,
  });
  entries.push(...serverEntries(system, go));
  entries.push(...modelEntries(system, actions, go));
  entries.push(...settingEntries(actions));
  for (const agent of [...system.agents.values()].reverse())
    entries.push(...agentEntries(agent, actions, go));
  return entries;
}

function serverEntries(system: SystemState, go: (route: Route) => void): readonly PaletteEntry[] {
  const entry = (label: string, detail: string, shown: ToolsShown): PaletteEntry => ({
    id: `servers-${label}`,
    group: "Servers",
    label,
    detail,
    run: () => go({ screen: "tools", shown }),
  });
  return [
    entry("Add a server", "mcp tools", { type: "add" }),
    entry("Import servers", "mcp tools mcpServers json of another app", { type: "import" }),
    ...[...system.servers.values()].map(({ name, status }) =>
      entry(`Open server ${name}`, `mcp tools ${status.type}`, { type: "server", name }),
    ),
  ];
}

function modelEntries(
  system: SystemState,
  actions: Actions,
  go: (route: Route) => void,
): readonly PaletteEntry[] {
  const entry = (id: string, label: string, detail: string, run: () => void): PaletteEntry => ({
    id: `models-${id}`,
    group: "Models",
    label,
    detail,
    run,
  });
  const addFile = (way: FileWay) => () => go({ screen: "models", shown: { type: "add-file", way } });
  const loads = [...system.cores.values()].flatMap(({ id, title, local }) => {
    if (!local || local.load.status === "loading") return [];
    return local.load.status === "loaded"
      ? [entry(`unload-${id}`, `Unload ${title}`, "model file memory", () => actions.unloadModel(id))]
      : [entry(`load-${id}`, `Load ${title}`, "model file memory", () => actions.loadModel(id))];
  });
  return [
    entry("add-file", "Add a model file", "local gguf llama from this machine", addFile("disk")),
    entry("download", "Get a model file", "local gguf llama download from an address", addFile("address")),
    ...(canInstall(system.addOn)
      ? [
          entry("install", "Install the engine", "add-on llama local model files", () => {
            go({ screen: "models" });
            actions.installEngine();
          }),
        ]
      : []),
    ...loads,
  ];
}

function settingEntries(actions: Actions): readonly PaletteEntry[] {
  const entry = (id: string, label: string, detail: string, run: () => void): PaletteEntry => ({
    id,
    group: "Settings",
    label,
    detail,
    run,
  });
  return [
    ...policySchema.options.map((policy) =>
      entry(`policy-${policy}`, `Policy: ${POLICY_WORDS[policy]}`, "scheduler", () =>
        actions.changeSettings({ policy }),
      ),
    ),
    ...SLICES.map((sliceTokens) =>
      entry(`slice-${sliceTokens}`, `Slice: ${sliceTokens} tokens`, "scheduler quantum", () =>
        actions.changeSettings({ sliceTokens }),
      ),
    ),
    ...modeSchema.options.map((mode) =>
      entry(`mode-${mode}`, `Permissions: ${MODE_WORDS[mode]}`, "approvals mode", () =>
        actions.changeSettings({ mode }),
      ),
    ),
    ...THEMES.map((theme) =>
      entry(`theme-${theme}`, `Theme: ${theme}`, "appearance dark light", () => actions.setTheme(theme)),
    ),
  ];
}

function agentEntries(agent: AgentView, actions: Actions, go: (route: Route) => void): PaletteEntry[] {
  const entry = (verb: string, run: () => void): PaletteEntry => ({
    id: `${verb}-${agent.id}`,
    group: "Agents",
    label: `${verb} ${agent.id}`,
    detail: `${agent.title} ${agent.task.slice(0, 120)}`,
    run,
  });
  const open = entry("Open", () => go({ screen: "agent", agentId: agent.id }));
  const context = entry("Context of", () => go({ screen: "agent", agentId: agent.id, tab: "context" }));
  const snapshot = entry("Take a snapshot of", () => actions.takeSnapshot(agent.id));
  if (agent.ending !== null) return [open, context, snapshot];
  return [
    open,
    context,
    snapshot,
    entry("Make smaller the context of", () => actions.compact(agent.id)),
    agent.control === "paused"
      ? entry("Resume", () => actions.resume(agent.id))
      : entry("Pause", () => actions.pause(agent.id)),
    entry("Raise priority of", () => actions.changePriority(agent.id, 1)),
    entry("Lower priority of", () => actions.changePriority(agent.id, -1)),
    entry("Kill", () => actions.kill(agent.id)),
  ];
}

/** The entries in which every word of the query occurs; those whose label starts with it come first. */
export function paletteMatches(
  entries: readonly PaletteEntry[],
  query: string,
  limit: number = PALETTE_SHOWN,
): readonly PaletteEntry[] {
  const text = query.trim().toLowerCase();
  if (text === "") return entries.slice(0, limit);
  const words = text.split(/\s+/);
  const ranked = entries.flatMap((entry) => {
    const label = entry.label.toLowerCase();
    const all = `${label} ${entry.detail.toLowerCase()}`;
    if (!words.every((word) => all.includes(word))) return [];
    const rank = label.startsWith(text) ? 0 : words.every((word) => label.includes(word)) ? 1 : 2;
    return [{ entry, rank }];
  });
  return ranked
    .sort((one, other) => one.rank - other.rank)
    .slice(0, limit)
    .map(({ entry }) => entry);
}
