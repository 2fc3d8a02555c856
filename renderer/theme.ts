/** Light, dark, or whatever the system prefers. */
export type Theme = "system" | "light" | "dark";

const STORED_AS = "aios-theme";

export const THEMES: readonly Theme[] = ["system", "light", "dark"];

/** The theme chosen on this machine. Never throws: storage may be switched off. */
export function storedTheme(): Theme {
  try {
    const stored = localStorage.getItem(STORED_AS);
    return THEMES.find((theme) => theme === stored) ?? "system";
  } catch {
    return "system";
  }
}

/** Shows a theme at once and keeps the choice where it can. Never throws. */
export function applyTheme(theme: Theme): void {
  if (theme === "system") delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = theme;
  try {
    localStorage.setItem(STORED_AS, theme);
  } catch {
    // The choice then lasts as long as the page.
  }
}

export const nextTheme = (theme: Theme): Theme =>
  THEMES[(THEMES.indexOf(theme) + 1) % THEMES.length] ?? "system";
