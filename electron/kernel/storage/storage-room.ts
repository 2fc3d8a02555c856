import type { ContractHandlers } from "../../../shared/contract.ts";
import type { FILES_CONTRACT } from "../../../shared/contract-files.ts";
import { KernelError } from "../../../shared/errors.ts";
import type { FileTree, Tool } from "../ports.ts";
import { type FileTaint, fileTools } from "./file-tools.ts";

export interface StorageRoomParts {
  readonly files: FileTree;
  readonly taintOf: FileTaint;
}

export type StorageHandlers = Pick<ContractHandlers, keyof typeof FILES_CONTRACT>;

/** The storage manager, wired: its tools for agents and its methods for screens. */
export interface StorageRoom {
  readonly tools: readonly Tool[];
  readonly handlers: StorageHandlers;
}

export function createStorageRoom({ files, taintOf }: StorageRoomParts): StorageRoom {
  const unbuilt = async (): Promise<never> => {
    throw new KernelError("unknown-method", "This part of storage is not built yet");
  };
  return {
    tools: fileTools(files, taintOf),
    handlers: {
      "files.workspaces": unbuilt,
      "files.list": unbuilt,
      "files.read": unbuilt,
      "files.versions": unbuilt,
      "files.version": unbuilt,
      "files.write": unbuilt,
      "files.makeFolder": unbuilt,
      "files.move": unbuilt,
      "files.copy": unbuilt,
      "files.delete": unbuilt,
      "files.rollBack": unbuilt,
      "files.pinVersion": unbuilt,
      "files.trash": unbuilt,
      "files.restore": unbuilt,
      "files.search": unbuilt,
      "files.reindex": unbuilt,
      "files.plan": unbuilt,
      "files.applyPlan": unbuilt,
      "files.share": unbuilt,
      "files.shareAddress": unbuilt,
      "files.revokeShare": unbuilt,
      "files.mount": unbuilt,
      "files.unmount": unbuilt,
    },
  };
}
