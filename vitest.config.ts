import { defineConfig } from "vitest/config";

const tests = (folders: string): string => `${folders}/**/*.test.{ts,tsx}`;
/** Rooms whose modules keep nothing that one test file could leave to the next: loaded once, not once a file. */
const PURE = tests("{shared,renderer,electron/kernel}");
/** Tests in them that start processes of their own or measure memory, which want a process to themselves. */
const ALONE = [
  "electron/kernel/access/injections.test.ts",
  "electron/kernel/access/shell/read-command.test.ts",
  "electron/kernel/tools/servers/reference-servers.test.ts",
  "electron/kernel/**/*.{storm,memory}.test.ts",
];

export default defineConfig({
  test: {
    environment: "node",
    // Tests wait for disks, processes and pages half of their time: both cores are kept busy by two.
    maxWorkers: 2,
    // Real databases, servers and browsers on two busy cores need more than the default 5 s.
    testTimeout: 60_000,
    hookTimeout: 120_000,
    projects: [
      { extends: true, test: { name: "pure", include: [PURE], exclude: ALONE, isolate: false } },
      { extends: true, test: { name: "alone", include: ALONE } },
      {
        extends: true,
        test: {
          name: "real",
          include: [tests("{electron,scripts,bench,e2e}")],
          exclude: ["electron/kernel/**"],
        },
      },
    ],
  },
});
