import { expect, test, vi } from "vitest";
import { KernelError } from "../../../shared/errors.ts";
import { createFolderStore } from "./folder-store.ts";
import { madeRow } from "./made-files.ts";

const PAGE = 2;

/** Folders that the test changes, and a store over them whose waits end when the test says so. */
function stage(folders: Record<string, readonly string[]>) {
  const waits: (() => void)[] = [];
  const asked: string[] = [];
  const store = createFolderStore({
    list: async (path, offset) => {
      asked.push(`${path} ${offset}`);
      const names = folders[path];
      if (!names) throw new KernelError("not-found", `There is no folder ${path}`);
      const rows = names.slice(offset, offset + PAGE).map((name) => madeRow(name));
      return { rows, more: Math.max(0, names.length - offset - PAGE) };
    },
    after: (_ms, run) => {
      waits.push(run);
      return () => waits.splice(waits.indexOf(run), 1);
    },
    clock: () => 0,
  });
  const names = (folder: string) =>
    store
      .listings()
      .get(folder)
      ?.rows.map(({ name }) => name);
  const passTime = (): void => {
    for (const run of waits.splice(0)) run();
  };
  return { store, asked, names, passTime };
}

test("folders in view are asked for once, those that left are let go", async () => {
  const { store, asked, names } = stage({ ".": ["x/", "a.md"], x: ["x/b.md"] });
  store.want(new Set(["."]));
  expect(store.listings().get(".")?.status).toBe("loading");
  store.want(new Set([".", "x"]));
  await vi.waitFor(() => expect(names("x")).toEqual(["b.md"]));
  expect(names(".")).toEqual(["x", "a.md"]);
  expect(asked).toEqual([". 0", "x 0"]);
  store.want(new Set(["."]));
  expect(store.listings().has("x")).toBe(false);
});

test("a big folder comes page by page, and stays as long as it is when it changes", async () => {
  const folders = { ".": ["1", "2", "3", "4", "5"] };
  const { store, names, passTime } = stage(folders);
  store.want(new Set(["."]));
  await vi.waitFor(() => expect(names(".")).toEqual(["1", "2"]));
  expect(store.listings().get(".")?.more).toBe(3);
  store.more(".");
  await vi.waitFor(() => expect(names(".")).toEqual(["1", "2", "3", "4"]));
  folders["."] = ["0", "1", "2", "3", "4", "5"];
  store.changed(["0"]);
  passTime();
  await vi.waitFor(() => expect(names(".")).toEqual(["0", "1", "2", "3"]));
});

test("only folders above a change are asked again, and a failure leaves what was there", async () => {
  const folders: Record<string, readonly string[]> = { ".": ["x/", "y/"], x: ["x/a"], y: ["y/b"] };
  const { store, asked, names, passTime } = stage(folders);
  store.want(new Set([".", "x", "y"]));
  await vi.waitFor(() => expect(names("y")).toEqual(["b"]));
  asked.length = 0;
  delete folders.x;
  store.changed(["x/new/c.md"]);
  passTime();
  await vi.waitFor(() => expect(store.listings().get("x")?.error?.code).toBe("not-found"));
  expect(asked.sort()).toEqual([". 0", "x 0"]);
  expect(names("x")).toEqual(["a"]);
});
