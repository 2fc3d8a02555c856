const KEY = "aios.launch.agent";

/** The agent chosen last in this window, or null. Never throws: storage may be switched off. */
export function rememberedAgent(): string | null {
  try {
    return sessionStorage.getItem(KEY);
  } catch {
    return null;
  }
}

/** Keeps the choice for as long as the window lives, where it can. Never throws. */
export function rememberAgent(name: string): void {
  try {
    sessionStorage.setItem(KEY, name);
  } catch {
    // Without storage the dialog opens on the first agent.
  }
}
