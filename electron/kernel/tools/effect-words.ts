import type { Effect, EffectType } from "../../../shared/permission.ts";
import type { Tool } from "../ports.ts";

/** What the tools of the kernel may do; the exact effects depend on their arguments. */
const BUILT_IN: Readonly<Record<string, readonly Pick<Effect, "type" | "reversible">[]>> = {
  read_file: [{ type: "read", reversible: "yes" }],
  list_files: [{ type: "read", reversible: "yes" }],
  search_files: [{ type: "read", reversible: "yes" }],
  read_result: [{ type: "read", reversible: "yes" }],
  write_file: [{ type: "write", reversible: "yes" }],
  delete_file: [{ type: "delete", reversible: "yes" }],
  move_file: [
    { type: "read", reversible: "yes" },
    { type: "delete", reversible: "yes" },
    { type: "write", reversible: "yes" },
  ],
  copy_file: [
    { type: "read", reversible: "yes" },
    { type: "write", reversible: "yes" },
  ],
  make_folder: [{ type: "write", reversible: "yes" }],
  file_versions: [{ type: "read", reversible: "yes" }],
  roll_back_file: [{ type: "write", reversible: "yes" }],
  restore_file: [{ type: "write", reversible: "yes" }],
  pin_version: [{ type: "write", reversible: "yes" }],
  plan_files: [{ type: "read", reversible: "yes" }],
  apply_plan: [
    { type: "read", reversible: "yes" },
    { type: "write", reversible: "yes" },
    { type: "delete", reversible: "yes" },
  ],
  remember: [{ type: "write", reversible: "yes" }],
  update_memory: [{ type: "write", reversible: "yes" }],
  forget: [{ type: "write", reversible: "yes" }],
  link_memories: [{ type: "write", reversible: "yes" }],
  pin_memory: [{ type: "write", reversible: "yes" }],
  move_memory: [{ type: "write", reversible: "yes" }],
  restore_memory: [{ type: "write", reversible: "yes" }],
  undo_memory_merge: [{ type: "write", reversible: "yes" }],
  set_memory_budget: [{ type: "write", reversible: "yes" }],
  recall: [{ type: "read", reversible: "yes" }],
  get_memory: [{ type: "read", reversible: "yes" }],
  list_memories: [{ type: "read", reversible: "yes" }],
  share_file: [
    { type: "read", reversible: "yes" },
    { type: "send", reversible: "no" },
  ],
  revoke_share: [{ type: "write", reversible: "no" }],
  fetch_page: [{ type: "net", reversible: "yes" }],
  run_command: [{ type: "exec", reversible: "no" }],
  run_javascript: [{ type: "exec", reversible: "no" }],
};

const WORDS: Readonly<Record<EffectType, string>> = {
  read: "read",
  write: "write",
  delete: "delete",
  exec: "run a command",
  net: "fetch from the network",
  send: "send",
  config: "change configuration",
  secret: "use secrets",
};

/** What a tool may do, in words such as "write, can be undone". Empty for one without effects outside. */
export async function effectWords(tool: Tool): Promise<readonly string[]> {
  const effects =
    tool.server === null
      ? (BUILT_IN[tool.specification.name] ?? [])
      : // A server's tool has the same effects whatever its arguments are.
        await tool.effects({}, { memoryOwner: "" });
  return effects.map(({ type, reversible }) => {
    if (type === "read" || type === "net") return WORDS[type];
    return `${WORDS[type]}, ${reversible === "yes" ? "can be undone" : "cannot be undone"}`;
  });
}
