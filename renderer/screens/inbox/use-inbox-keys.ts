import { useEffect, useEffectEvent } from "react";
import { commandOf, type InboxCommand, type KeyPlace } from "./keys.ts";

const TYPING = "input, textarea, select, [contenteditable], [role=dialog], [role=alertdialog], [role=menu]";

const placeOf = (target: EventTarget | null): KeyPlace =>
  target instanceof Element && target.closest(TYPING) ? "typing" : "screen";

/** Calls `onCommand` for the Inbox's keys, wherever the focus is on the page but in a field or a dialog. */
export function useInboxKeys(onCommand: (command: InboxCommand, event: KeyboardEvent) => void): void {
  const handle = useEffectEvent((event: KeyboardEvent): void => {
    if (event.defaultPrevented) return;
    const command = commandOf(event, placeOf(event.target));
    if (command) onCommand(command, event);
  });
  useEffect(() => {
    const listener = (event: KeyboardEvent): void => handle(event);
    window.addEventListener("keydown", listener);
    return () => window.removeEventListener("keydown", listener);
  }, []);
}
