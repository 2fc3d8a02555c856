import type { PrivilegeGroup, RuleDraft } from "../../../shared/access.ts";
import type { EffectType } from "../../../shared/permission.ts";
import type { Tone } from "../../components/Badge.tsx";

export const VERDICTS: readonly RuleDraft["verdict"][] = ["allow", "ask", "deny"];

/** A verdict as a badge: the word carries it, the tone repeats it. */
export const VERDICT_LOOK: Readonly<
  Record<RuleDraft["verdict"], { readonly word: string; readonly tone: Tone }>
> = {
  allow: { word: "Allow", tone: "good" },
  ask: { word: "Ask", tone: "warning" },
  deny: { word: "Deny", tone: "danger" },
};

/** What each effect is, for somebody who chooses among them. */
export const EFFECT_CHOICES: readonly { readonly value: EffectType; readonly label: string }[] = [
  { value: "read", label: "Read files and memory" },
  { value: "write", label: "Write" },
  { value: "delete", label: "Delete, into the trash" },
  { value: "exec", label: "Run commands" },
  { value: "net", label: "Fetch from the network" },
  { value: "send", label: "Send elsewhere" },
  { value: "config", label: "Change configuration" },
  { value: "secret", label: "Use secrets" },
];

/** No agent ever has these, whatever its groups say: the floor of the engine. */
export const FLOOR_EFFECTS: ReadonlySet<EffectType> = new Set(["config", "secret"]);

/** The bounds of a group in words, one for each kind. */
export function ceilingWords(
  group: PrivilegeGroup,
): readonly { readonly label: string; readonly text: string }[] {
  return [
    { label: "Effects", text: group.effects.length === 0 ? "none" : group.effects.join(", ") },
    { label: "Folders", text: listWords(group.folders) },
    { label: "Hosts", text: listWords(group.hosts) },
    { label: "Servers", text: listWords(group.servers) },
    { label: "Models", text: listWords(group.cores) },
    {
      label: "Tokens",
      text: group.tokens === null ? "the manifest's" : `${group.tokens.toLocaleString("en")} in one run`,
    },
    { label: "Memory", text: group.sharing === "members" ? "shared among members" : "each its own" },
  ];
}

const listWords = (list: readonly string[] | null): string =>
  list === null ? "all" : list.length === 0 ? "none" : list.join(", ");
