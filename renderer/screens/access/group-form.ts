import { type PrivilegeGroup, privilegeGroupSchema } from "../../../shared/access.ts";
import { badInput } from "../../../shared/errors.ts";
import type { EffectType } from "../../../shared/permission.ts";

/** A bound of a group as it is typed: all there are, or only those of the lines. */
export interface ListForm {
  readonly scope: "all" | "only";
  readonly lines: string;
}

export const LIST_NAMES = ["folders", "hosts", "servers", "cores"] as const;
export type ListName = (typeof LIST_NAMES)[number];

/** A group as it is typed. */
export interface GroupForm extends Readonly<Record<ListName, ListForm>> {
  readonly name: string;
  readonly title: string;
  readonly description: string;
  readonly effects: readonly EffectType[];
  /** "" for the manifest's. */
  readonly tokens: string;
  readonly sharing: PrivilegeGroup["sharing"];
}

export type CheckedGroup =
  | { readonly type: "ready"; readonly group: PrivilegeGroup }
  | { readonly type: "wrong"; readonly field: keyof GroupForm; readonly message: string };

const ALL: ListForm = { scope: "all", lines: "" };

export const EMPTY_GROUP: GroupForm = {
  name: "",
  title: "",
  description: "",
  effects: ["read"],
  folders: ALL,
  hosts: ALL,
  servers: ALL,
  cores: ALL,
  tokens: "",
  sharing: "none",
};

export const groupForm = (group: PrivilegeGroup): GroupForm => ({
  name: group.name,
  title: group.title,
  description: group.description,
  effects: group.effects,
  folders: listForm(group.folders),
  hosts: listForm(group.hosts),
  servers: listForm(group.servers),
  cores: listForm(group.cores),
  tokens: group.tokens === null ? "" : String(group.tokens),
  sharing: group.sharing,
});

const listForm = (list: readonly string[] | null): ListForm =>
  list === null ? ALL : { scope: "only", lines: list.join("\n") };

/** The group as it would be saved, or the first thing wrong with it. */
export function checkGroup(form: GroupForm): CheckedGroup {
  const parsed = privilegeGroupSchema.safeParse({
    name: form.name.trim(),
    title: form.title.trim(),
    description: form.description.trim(),
    effects: form.effects,
    folders: listOf(form.folders),
    hosts: listOf(form.hosts),
    servers: listOf(form.servers),
    cores: listOf(form.cores),
    tokens: form.tokens.trim() === "" ? null : Number(form.tokens),
    sharing: form.sharing,
  } satisfies Record<keyof PrivilegeGroup, unknown>);
  if (parsed.success) return { type: "ready", group: parsed.data };
  const { field = "", message } = badInput("", parsed.error).data;
  return { type: "wrong", field: fieldNamed(field), message: message.split(": ").at(-1) ?? message };
}

/** Every line that is not empty, once. */
const listOf = ({ scope, lines }: ListForm): readonly string[] | null =>
  scope === "all"
    ? null
    : [...new Set(lines.split("\n").map((line) => line.trim()))].filter((line) => line !== "");

/** The field of the form that a dotted path of the contract is about, such as `group.hosts.0`. */
export function fieldNamed(path: string): keyof GroupForm {
  const names = Object.keys(EMPTY_GROUP) as (keyof GroupForm)[];
  return names.find((name) => path.split(".").includes(name)) ?? "name";
}
