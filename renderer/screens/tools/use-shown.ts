import { useEffect } from "react";
import type { MethodOutput } from "../../../shared/contract.ts";
import type { ToolsShown } from "../../routes.ts";
import { type Loaded, useNavigation } from "../../store.tsx";

/** The tools as they were last read, and the way to read them again. */
export interface ToolsLoaded {
  readonly loaded: Loaded<MethodOutput<"tools.list">>;
  readonly reload: () => void;
}

export type ShownThing = Extract<ToolsShown, { readonly name: string }>;
export type AddTab = "form" | "import";

let last: ShownThing | null = null;

/** What the screen shows, and the tab of the dialog over it, if that is open: it opens over what was shown last. */
export function useShown(): { readonly shown: ShownThing | null; readonly dialog: AddTab | null } {
  const { route } = useNavigation();
  const asked = route.screen === "tools" ? route.shown : undefined;
  const named = asked?.type === "tool" || asked?.type === "server" ? asked : null;
  useEffect(() => {
    if (named) last = named;
  }, [named]);
  if (asked?.type === "add") return { shown: last, dialog: "form" };
  if (asked?.type === "import") return { shown: last, dialog: "import" };
  return { shown: named, dialog: null };
}
