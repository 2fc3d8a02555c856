import { fileURLToPath } from "node:url";
import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";

const folder = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

/** The renderer's build: plain files that both hosts serve, with no inline script, under a relative base. */
export default defineConfig({
  root: folder("./renderer"),
  base: "./",
  plugins: [react()],
  build: {
    outDir: folder("./dist/renderer"),
    emptyOutDir: true,
    target: "chrome130",
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 1_500,
  },
});
