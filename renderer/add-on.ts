import type { AddOnView } from "../shared/local-models.ts";

/** What a person types instead of pressing Install. The kernel names it where the engine can be had so. */
export const ADD_ON_COMMAND = "npm run addon:llama";

/** Whether the engine for model files is missing and can be installed. A packaged program cannot get what it was made without. */
export const canInstall = ({ status, text }: AddOnView): boolean =>
  status === "missing" && text.includes(ADD_ON_COMMAND);
