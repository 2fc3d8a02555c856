/** Something that a room may import. `only: "types"` means that nothing of it may be left at run time. */
export type Allowed = { readonly name: string; readonly only?: "types" } & (
  | { readonly type: "anything" }
  | { readonly type: "node" }
  | { readonly type: "packages"; readonly names: readonly string[] | "any" }
  | { readonly type: "files"; readonly match: RegExp }
);

export interface Room {
  readonly name: string;
  readonly holds: RegExp;
  /** Besides the room's own files. */
  readonly may: readonly Allowed[];
  /** Whether the electron module may be imported; absent means no. */
  readonly electron?: "may" | "types";
  /** The files that may load a module from a path that is known at run time alone: add-ons. */
  readonly computed?: RegExp;
  /** Most npm packages, besides zod, that one file may import. */
  readonly packagesPerFile?: number;
}

const zod = { type: "packages", name: "zod", names: ["zod"] } as const satisfies Allowed;
const node = { type: "node", name: "node:*" } as const satisfies Allowed;
const shared = { type: "files", name: "shared", match: /^shared\// } as const satisfies Allowed;
const packages = { type: "packages", name: "npm packages", names: "any" } as const satisfies Allowed;
const anything = { type: "anything", name: "anything" } as const satisfies Allowed;
const kernelTypes = {
  type: "files",
  name: "electron/kernel",
  match: /^electron\/kernel\//,
  only: "types",
} as const satisfies Allowed;
const ports = {
  type: "files",
  name: "electron/kernel/ports.ts and *-ports.ts",
  match: /^electron\/kernel\/(?:[a-z]+-)?ports\.ts$/,
} as const satisfies Allowed;
const transport = {
  type: "files",
  name: "electron/transport",
  match: /^electron\/transport\//,
} as const satisfies Allowed;
const atomicFile = {
  type: "files",
  name: "electron/adapters/atomic-file.ts",
  match: /^electron\/adapters\/atomic-file\.ts$/,
} as const satisfies Allowed;
const rendererLibraries = {
  type: "packages",
  name: "React and its libraries",
  names: [
    "@tanstack/react-virtual",
    "cmdk",
    "diff",
    "lucide-react",
    "radix-ui",
    "react",
    "react-dom",
    "sonner",
    "zustand",
  ],
} as const satisfies Allowed;

/**
 * The table: which room may import what. The first room that holds a file is its room. Tests beside the code may
 * import anything but electron.
 */
export const ROOMS: readonly Room[] = [
  { name: "shared", holds: /^shared\//, may: [zod] },
  { name: "the kernel", holds: /^electron\/kernel\//, may: [shared, zod] },
  {
    name: "the adapters",
    holds: /^electron\/adapters\//,
    may: [ports, shared, node, packages],
    computed: /^electron\/adapters\/llama\/native\.ts$/,
    packagesPerFile: 1,
  },
  {
    name: "the IPC server",
    holds: /^electron\/transport\/ipc-server\.ts$/,
    may: [shared, transport, kernelTypes],
    electron: "may",
  },
  {
    name: "the transports",
    holds: /^electron\/transport\//,
    may: [shared, kernelTypes, node, zod, { type: "packages", name: "ws", names: ["ws"] }],
  },
  {
    name: "the gateway",
    holds: /^electron\/gateway\//,
    may: [shared, kernelTypes, node, packages],
  },
  {
    name: "the desktop",
    holds: /^electron\/desktop\//,
    may: [shared, zod, kernelTypes, transport, atomicFile, node],
    electron: "may",
  },
  {
    name: "the preload",
    holds: /^electron\/preload\.ts$/,
    may: [
      shared,
      {
        type: "files",
        name: "electron/transport/frame-channel.ts",
        match: /^electron\/transport\/frame-channel\.ts$/,
      },
    ],
    electron: "may",
  },
  { name: "main.ts", holds: /^electron\/main\.ts$/, may: [anything], electron: "may" },
  { name: "the wiring", holds: /^electron\/(?:[^/]+|command-line\/.+)$/, may: [anything] },
  {
    name: "the timeline geometry",
    holds: /^renderer\/timeline\/(?!.*\.tsx$)/,
    may: [shared],
  },
  {
    name: "the renderer",
    holds: /^renderer\//,
    may: [
      shared,
      zod,
      rendererLibraries,
      { type: "files", name: "its own timeline", match: /^renderer\/timeline\// },
    ],
  },
  { name: "the tests", holds: /^e2e\//, may: [anything], electron: "types" },
  { name: "the tooling", holds: /^(?:scripts|bench)\/|^[^/]+$/, may: [anything] },
];
