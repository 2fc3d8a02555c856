import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["{shared,electron,renderer,scripts,bench,e2e}/**/*.test.{ts,tsx}"],
    environment: "node",
    // Real databases, servers and browsers on two busy cores need more than the default 5 s.
    testTimeout: 30_000,
    hookTimeout: 120_000,
  },
});
