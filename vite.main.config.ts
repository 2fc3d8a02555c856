import { fileURLToPath } from "node:url";
import { defineConfig, type UserConfig } from "vite";

const path = (relative: string): string => fileURLToPath(new URL(relative, import.meta.url));

/**
 * The hosts' builds, by mode. `hosts`: main.ts and headless.ts as ES modules that import their npm packages at run
 * time. `preload`: one CommonJS file with everything but electron inside, as a sandboxed preload must be.
 */
export default defineConfig(({ mode }): UserConfig => {
  const preload = mode === "preload";
  return {
    publicDir: false,
    ssr: preload ? { noExternal: true, external: ["electron"] } : { external: true },
    build: {
      ssr: true,
      outDir: path("./dist/main"),
      emptyOutDir: !preload,
      target: "node24",
      sourcemap: !preload,
      rolldownOptions: preload
        ? {
            input: { preload: path("./electron/preload.ts") },
            output: { format: "cjs", entryFileNames: "[name].cjs", codeSplitting: false },
          }
        : {
            // Flat beside each other: a chunk finds the files of threads in its own folder.
            input: {
              main: path("./electron/main.ts"),
              headless: path("./electron/headless.ts"),
              "store-worker": path("./electron/adapters/store-worker.ts"),
              "version-worker": path("./electron/adapters/versions/version-worker.ts"),
              "memory-worker": path("./electron/adapters/memory/memory-worker.ts"),
              "extract-worker": path("./electron/adapters/extract/extract-worker.ts"),
              "file-index-worker": path("./electron/adapters/file-index/file-index-worker.ts"),
              "calculator-worker": path("./electron/adapters/calculator/calculator-worker.ts"),
              "tokenizer-worker": path("./electron/adapters/openai/tokenizer/tokenizer-worker.ts"),
              "sandbox-worker": path("./electron/adapters/sandbox/sandbox-worker.ts"),
            },
            output: { format: "es", entryFileNames: "[name].js", chunkFileNames: "[name]-[hash].js" },
          },
    },
  };
});
