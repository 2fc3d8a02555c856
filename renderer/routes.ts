import { agentIdSchema, serverNameSchema } from "../shared/id-schemas.ts";
import type { AgentId, ServerName } from "../shared/ids.ts";
import { type MemoryId, type MemoryOwner, memoryIdSchema, memoryOwnerSchema } from "../shared/memory.ts";

/** What the Tools screen shows: a tool, a server, or the dialog that adds servers. */
export type ToolsShown =
  | { readonly type: "tool"; readonly name: string }
  | { readonly type: "server"; readonly name: ServerName }
  | { readonly type: "add" }
  | { readonly type: "import" };

/** Ways to a model file: one that lies on this machine, or an address that has it. */
export const FILE_WAYS = ["disk", "address"] as const;
export type FileWay = (typeof FILE_WAYS)[number];

/** What lies over the Models screen: the dialog that adds a model file, still to be chosen or chosen. */
export type ModelsShown =
  | { readonly type: "add-file"; readonly way: FileWay }
  | { readonly type: "file"; readonly file: string };

export const ACCESS_TABS = ["rules", "groups", "grants", "reach", "audit"] as const;
export type AccessTab = (typeof ACCESS_TABS)[number];

export const AGENT_TABS = ["transcript", "syscalls", "context"] as const;
export type AgentTab = (typeof AGENT_TABS)[number];

/** What the Files screen shows: a folder with one of its files or folders, what was deleted, or what is shared. */
export type FilesShown =
  | { readonly type: "folder"; readonly path: string; readonly chosen?: string }
  | { readonly type: "trash" }
  | { readonly type: "shares" };

/** What the Memory screen shows: the items of one owner, or of all for null, and one of them in full. */
export interface MemoryShown {
  readonly owner: MemoryOwner | null;
  readonly item?: { readonly owner: MemoryOwner; readonly id: MemoryId };
}

/** Where the person is: kept in the address's fragment, so that back and reload work. */
export type Route =
  | { readonly screen: "overview" }
  | { readonly screen: "agent"; readonly agentId: AgentId | null; readonly tab?: AgentTab }
  | { readonly screen: "inbox" }
  | { readonly screen: "memory"; readonly shown?: MemoryShown }
  | { readonly screen: "files"; readonly shown?: FilesShown }
  | { readonly screen: "tools"; readonly shown?: ToolsShown }
  | { readonly screen: "access"; readonly tab?: AccessTab }
  | { readonly screen: "models"; readonly shown?: ModelsShown };

export type ScreenName = Route["screen"];

/** The route in a fragment such as `#/agent/a7`; the overview for anything else. */
export function parseRoute(hash: string): Route {
  const [screen, id, name, more] = hash.replace(/^#\/?/, "").split("/");
  switch (screen) {
    case "agent": {
      const parsed = agentIdSchema.safeParse(id);
      if (!parsed.success) return { screen: "agent", agentId: null };
      const tab = AGENT_TABS.find((each) => each === name);
      return { screen: "agent", agentId: parsed.data, ...(tab ? { tab } : {}) };
    }
    case "inbox":
      return { screen: "inbox" };
    case "memory": {
      const shown = parseMemoryShown(id, name, more);
      return shown ? { screen: "memory", shown } : { screen: "memory" };
    }
    case "files": {
      const shown = parseFilesShown(id, name, more);
      return shown ? { screen: "files", shown } : { screen: "files" };
    }
    case "tools": {
      const shown = parseShown(id, name);
      return shown ? { screen: "tools", shown } : { screen: "tools" };
    }
    case "access": {
      const tab = ACCESS_TABS.find((each) => each === id);
      return tab ? { screen: "access", tab } : { screen: "access" };
    }
    case "models": {
      const shown = parseModelsShown(id, name);
      return shown ? { screen: "models", shown } : { screen: "models" };
    }
    default:
      return { screen: "overview" };
  }
}

function parseShown(type: string | undefined, name: string | undefined): ToolsShown | null {
  switch (type) {
    case "add":
    case "import":
      return { type };
    case "server": {
      const parsed = serverNameSchema.safeParse(name);
      return parsed.success ? { type, name: parsed.data } : null;
    }
    case "tool":
      return name ? { type, name: decoded(name) } : null;
    default:
      return null;
  }
}

function parseModelsShown(type: string | undefined, name: string | undefined): ModelsShown | null {
  switch (type) {
    case "add-file":
      return { type, way: FILE_WAYS.find((way) => way === name) ?? "disk" };
    case "file":
      return name ? { type, file: decoded(name) } : null;
    default:
      return null;
  }
}

function parseFilesShown(
  type: string | undefined,
  path: string | undefined,
  chosen: string | undefined,
): FilesShown | null {
  switch (type) {
    case "trash":
    case "shares":
      return { type };
    case "folder":
      return path ? { type, path: decoded(path), ...(chosen ? { chosen: decoded(chosen) } : {}) } : null;
    default:
      return null;
  }
}

const ALL_OWNERS = "all";

function parseMemoryShown(
  owner: string | undefined,
  itemOwner: string | undefined,
  itemId: string | undefined,
): MemoryShown | null {
  if (owner === undefined) return null;
  const parsed = memoryOwnerSchema.safeParse(decoded(owner));
  if (owner !== ALL_OWNERS && !parsed.success) return null;
  const whose = memoryOwnerSchema.safeParse(decoded(itemOwner ?? ""));
  const id = memoryIdSchema.safeParse(itemId);
  return {
    owner: parsed.data ?? null,
    ...(whose.success && id.success ? { item: { owner: whose.data, id: id.data } } : {}),
  };
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

export function routeHash(route: Route): string {
  if (route.screen === "agent" && route.agentId)
    return `#/agent/${route.agentId}${route.tab ? `/${route.tab}` : ""}`;
  if (route.screen === "tools" && route.shown) {
    const { shown } = route;
    return "name" in shown
      ? `#/tools/${shown.type}/${encodeURIComponent(shown.name)}`
      : `#/tools/${shown.type}`;
  }
  if (route.screen === "models" && route.shown) {
    const { shown } = route;
    return shown.type === "file"
      ? `#/models/file/${encodeURIComponent(shown.file)}`
      : `#/models/add-file/${shown.way}`;
  }
  if (route.screen === "files" && route.shown) {
    const { shown } = route;
    if (shown.type !== "folder") return `#/files/${shown.type}`;
    const chosen = shown.chosen === undefined ? "" : `/${encodeURIComponent(shown.chosen)}`;
    return `#/files/folder/${encodeURIComponent(shown.path)}${chosen}`;
  }
  if (route.screen === "memory" && route.shown) {
    const { owner, item } = route.shown;
    const chosen = item ? `/${encodeURIComponent(item.owner)}/${item.id}` : "";
    return `#/memory/${owner === null ? ALL_OWNERS : encodeURIComponent(owner)}${chosen}`;
  }
  if (route.screen === "access" && route.tab) return `#/access/${route.tab}`;
  return `#/${route.screen}`;
}
