import type { PrivilegeGroup } from "./access.ts";

/** Agents whose manifest names no group belong to this one. It can be changed and not removed. */
export const STANDARD_GROUP: PrivilegeGroup = {
  name: "standard",
  title: "Standard",
  description: "What agents may do at most when their manifest names no group.",
  effects: ["read", "write", "delete", "exec", "net", "send"],
  folders: null,
  hosts: null,
  servers: null,
  cores: null,
  tokens: null,
  sharing: "none",
};
