import { KernelError } from "../../../shared/errors.ts";
import type { AgentManifest } from "../../../shared/manifest.ts";
import { scopeOf, workspaceGroup } from "../access/workspace-scope.ts";
import type { FileTree } from "../ports.ts";

/**
 * Makes the folder that an agent is about to work in. Throws `not-allowed` for the workspace of a group that it is no
 * member of, and what FileTree.makeFolder throws.
 */
export async function openAgentWorkspace(
  files: Pick<FileTree, "makeFolder">,
  manifest: Pick<AgentManifest, "name" | "groups" | "workspace">,
): Promise<void> {
  const { name, groups, workspace } = manifest;
  const group = workspaceGroup(workspace);
  if (group !== null && !groups.includes(group)) {
    throw new KernelError(
      "not-allowed",
      `${name} cannot work in ${workspace}: it is not in the group ${group}`,
      {
        hint: `Add ${group} to its groups, or choose another workspace in its manifest`,
      },
    );
  }
  const scope = scopeOf(manifest);
  if (scope.type === "folder") await files.makeFolder(scope.path);
}
