import type { MenuItemConstructorOptions } from "electron";

/** The application menu: standard roles with their usual accelerators. Developer tools only in development. */
export function menuTemplate(
  platform: NodeJS.Platform,
  build: "development" | "packaged",
): MenuItemConstructorOptions[] {
  const mac = platform === "darwin";
  const separator: MenuItemConstructorOptions = { type: "separator" };
  return [
    ...(mac ? [{ role: "appMenu" } as const] : []),
    { label: "&File", submenu: [mac ? { role: "close" } : { role: "quit" }] },
    { role: "editMenu", label: "&Edit" },
    {
      label: "&View",
      submenu: [
        { role: "reload" },
        ...(build === "development" ? [{ role: "toggleDevTools" } as const] : []),
        separator,
        { role: "resetZoom" },
        { role: "zoomIn" },
        { role: "zoomOut" },
        separator,
        { role: "togglefullscreen" },
      ],
    },
    { role: "windowMenu", label: "&Window" },
  ];
}
