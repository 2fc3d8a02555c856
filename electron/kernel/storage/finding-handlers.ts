import { KernelError } from "../../../shared/errors.ts";
import type { JsonObject } from "../../../shared/messages.ts";
import { sensitivity } from "../access/sensitive-paths.ts";
import type { FileFinding } from "./file-finding.ts";
import type { FilePaths } from "./file-paths.ts";
import { shareIn } from "./share-tools.ts";
import type { Shares } from "./shares.ts";
import type { StorageHandlers } from "./storage-room.ts";

export interface FindingHandlerParts {
  readonly paths: FilePaths;
  readonly finding: FileFinding;
  /** null: this host shares nothing. */
  readonly shares: Shares | null;
  /** A call of the person's, by the one path. Throws what it ends with. */
  readonly call: (tool: string, args: JsonObject) => Promise<string>;
  /** Aborts when the kernel stops. */
  readonly signal: AbortSignal;
}

type FindingHandlers = Pick<
  StorageHandlers,
  "files.search" | "files.reindex" | "files.share" | "files.shareAddress" | "files.revokeShare"
>;

/** The contract's methods on finding and sharing files. */
export function createFindingHandlers(parts: FindingHandlerParts): FindingHandlers {
  const { paths, finding, call, signal } = parts;
  const shared = (): Shares => {
    if (parts.shares !== null) return parts.shares;
    throw new KernelError("not-allowed", "This host shares no files");
  };
  return {
    "files.search": async ({ query: text, path, limit }) => {
      const under = await paths.resolve(path);
      if (sensitivity(under) === "secret") {
        throw new KernelError("not-allowed", `"${under}" holds key material, which is not searched`);
      }
      const { hits, searchedBy } = await finding.search({ text, under: [under], except: [], limit, signal });
      return { hits, searchedBy };
    },
    "files.reindex": async () => {
      await finding.readAgain();
      return {};
    },
    "files.share": async ({ path, type, minutes }) => {
      const id = shareIn(await call("share_file", { path, type, minutes }));
      return { share: shared().need(id), url: await shared().address(id) };
    },
    "files.shareAddress": async ({ shareId }) => ({ url: await shared().address(shareId) }),
    "files.revokeShare": async ({ shareId }) => {
      await call("revoke_share", { share: shareId });
      return {};
    },
  };
}
