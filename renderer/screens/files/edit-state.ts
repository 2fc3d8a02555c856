import type { FileVersion } from "../../../shared/files.ts";

/** A text that is being edited. */
export interface Draft {
  readonly text: string;
  /** What the file held, and its version, when the person began or last took over what is there. */
  readonly base: { readonly text: string; readonly version: FileVersion | null };
}

export const isChanged = ({ text, base }: Draft): boolean => text !== base.text;

/** The version that came while the person edited; null while the file is still the one that was opened. */
export function conflictOf({ base }: Draft, newest: FileVersion | null): FileVersion | null {
  if (newest === null || newest.id === base.version?.id) return null;
  // The same content again, as after a roll back to it, is no conflict.
  return newest.hash !== null && newest.hash === base.version?.hash ? null : newest;
}
