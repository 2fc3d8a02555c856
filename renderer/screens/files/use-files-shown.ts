import { useEffect } from "react";
import type { FilesShown } from "../../routes.ts";
import { useNavigation } from "../../store.tsx";
import { ROOT } from "./paths.ts";

let last: FilesShown = { type: "folder", path: ROOT };

/** What the screen shows: what the address says, else what it showed last. */
export function useFilesShown(): FilesShown {
  const { route } = useNavigation();
  const asked = route.screen === "files" ? route.shown : undefined;
  useEffect(() => {
    if (asked) last = asked;
  }, [asked]);
  return asked ?? last;
}
