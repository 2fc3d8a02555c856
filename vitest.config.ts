import { defineConfig } from "vitest/config";
import { BaseSequencer, type TestSpecification } from "vitest/node";

const tests = (folders: string): string => `${folders}/**/*.test.{ts,tsx}`;
/** Rooms whose modules keep nothing that one test file could leave to the next: loaded once, not once a file. */
const PURE = [
  tests("{shared,renderer}"),
  tests("electron/{kernel,transport,command-line}"),
  tests("electron/adapters/{offline,openai,calculator}"),
];
/** Tests in them that start processes of their own or measure memory, which want a process to themselves. */
const ALONE = [
  "electron/kernel/access/injections.test.ts",
  "electron/kernel/access/shell/read-command.test.ts",
  "electron/kernel/tools/servers/reference-servers.test.ts",
  "electron/kernel/**/*.{storm,memory}.test.ts",
];

/** Files that take longest, which a fresh clone cannot know: begun last, one would keep a worker after the other has ended. */
const LONGEST = [
  "e2e/command-line.test.ts",
  "e2e/local-crash.test.ts",
  "e2e/stand-in/desktop.test.ts",
  "e2e/stand-in/kernel.test.ts",
  "scripts/package.test.ts",
  "e2e/faults.test.ts",
  "electron/boot.local-models.test.ts",
  "e2e/shell.test.ts",
  "e2e/disk-full.test.ts",
  "electron/kernel/storage/versioned-tree.storm.test.ts",
  "electron/kernel/access/engine.property.test.ts",
  "electron/kernel/kernel.decisions.test.ts",
  "electron/kernel/storage/versioned-tree.property.test.ts",
];

/** The usual order of projects, and in each of them the longest files first. */
class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    const projects = [...new Set(sorted.map(({ project }) => project))];
    const place = ({ moduleId }: TestSpecification): number => {
      const found = LONGEST.findIndex((path) => moduleId.endsWith(`/${path}`));
      return found === -1 ? LONGEST.length : found;
    };
    return projects.flatMap((project) =>
      sorted.filter((file) => file.project === project).sort((a, b) => place(a) - place(b)),
    );
  }
}

export default defineConfig({
  test: {
    environment: "node",
    // Tests wait for disks, processes and pages half of their time: both cores are kept busy by two.
    maxWorkers: 2,
    sequence: { sequencer: LongestFirst },
    // Real databases, servers and browsers on two busy cores need more than the default 5 s.
    testTimeout: 60_000,
    hookTimeout: 120_000,
    projects: [
      { extends: true, test: { name: "pure", include: PURE, exclude: ALONE, isolate: false } },
      { extends: true, test: { name: "alone", include: ALONE } },
      {
        extends: true,
        test: {
          name: "real",
          include: [tests("{electron,scripts,bench,e2e}")],
          exclude: ["electron/kernel/**", ...PURE],
        },
      },
    ],
  },
});
