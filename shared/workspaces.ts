/**
 * Workspaces are folders of one tree. The common one is all of it but the two folders that hold the others:
 * `agents/<name>` and `groups/<name>`. What is mounted lies under `mounts/<name>`, for every workspace.
 */
export const OWN_WORKSPACES = "agents";
export const GROUP_WORKSPACES = "groups";
export const MOUNTS = "mounts";
