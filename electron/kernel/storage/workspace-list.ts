import type { MountView, WorkspaceView } from "../../../shared/files.ts";
import { GROUP_WORKSPACES, MOUNTS, OWN_WORKSPACES } from "../../../shared/workspaces.ts";
import { FOLDER_FILES } from "../limits.ts";
import type { FileTree } from "../ports.ts";

/** The workspaces there are: the common one, those of agents and groups that have a folder, and what is mounted. */
export async function listWorkspaces(
  files: Pick<FileTree, "root" | "list" | "stat">,
  mounts: Iterable<MountView>,
): Promise<readonly WorkspaceView[]> {
  const view = (name: string, path: string): WorkspaceView => ({
    name,
    path,
    folder: path === "." ? files.root : `${files.root}/${path}`,
    access: "read-write",
  });
  const inside = async (folder: string, kind: string): Promise<readonly WorkspaceView[]> => {
    if ((await files.stat(folder))?.type !== "folder") return [];
    const { entries } = await files.list(folder, FOLDER_FILES);
    return entries
      .filter(({ type }) => type === "folder")
      .map(({ path }) => view(`${kind}:${path.slice(folder.length + 1)}`, path));
  };
  return [
    view("common", "."),
    ...(await inside(OWN_WORKSPACES, "agent")),
    ...(await inside(GROUP_WORKSPACES, "group")),
    ...[...mounts].map(({ name, folder, access }) => ({
      name: `mount:${name}`,
      path: `${MOUNTS}/${name}`,
      folder,
      access,
    })),
  ];
}
