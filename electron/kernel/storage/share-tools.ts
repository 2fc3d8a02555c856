import { z } from "zod";
import { KernelError } from "../../../shared/errors.ts";
import { type ShareId, shareIdSchema } from "../../../shared/files.ts";
import { SHARE_MINUTES } from "../limits.ts";
import type { Tool } from "../ports.ts";
import { defineTool } from "../tools/define-tool.ts";
import { pathSchema } from "./file-paths.ts";
import type { FileToolbox } from "./file-tool-parts.ts";
import type { Shares } from "./shares.ts";

const LONGEST_MINUTES = 43_200;

/**
 * Sharing as calls. What was downloaded cannot be taken back, so no agent shares anything unasked; the address is
 * shown to the person alone.
 */
export function shareTools(box: FileToolbox, shares: Shares): readonly Tool[] {
  return [
    defineTool({
      kind: "storage",
      idempotent: "no",
      name: "share_file",
      description:
        "Shares a file, or a folder as a zip, by a read-only link on this machine that expires. " +
        "The person sees the link on the Files screen.",
      input: z.strictObject({
        path: pathSchema,
        type: z.enum(["file", "zip"]).default("file").describe("zip for a folder"),
        minutes: z.int().min(1).max(LONGEST_MINUTES).default(SHARE_MINUTES),
      }),
      timeoutMs: 120_000,
      effects: async ({ path }, caller) => {
        const read = await box.pathsOf(caller).effect("read", path);
        return [read, { type: "send", target: `share:${read.target}`, reversible: "no" }];
      },
      run: async ({ path, type, minutes }, run) => {
        const paths = box.pathsOf(run);
        const share = await shares.share({ path: await paths.resolve(path), type, minutes });
        const until = new Date(share.expiresAt).toISOString();
        return `${share.id} shares ${paths.shown(share.path)} until ${until}. The person sees its address on the Files screen`;
      },
    }),
    defineTool({
      kind: "storage",
      idempotent: "yes",
      name: "revoke_share",
      description: "Ends a share before its time: its link leads nowhere any more.",
      input: z.strictObject({ share: z.string().regex(/^h[1-9]\d{0,14}$/, "expected an id such as h3") }),
      effects: async ({ share }) => [{ type: "write", target: `share:${share}`, reversible: "no" }],
      run: async ({ share }, run) => {
        const paths = box.pathsOf(run);
        const id = shareIdSchema.parse(share);
        const { path } = shares.need(id);
        paths.check(path, `of ${id}`);
        await shares.revoke(id);
        return `${id} is revoked: ${paths.shown(path)} is not shared by it any more`;
      },
    }),
  ];
}

/** The share that a call of `share_file` says it has made. */
export function shareIn(text: string): ShareId {
  const id = shareIdSchema.safeParse(text.split(" ", 1)[0]);
  if (!id.success) throw new KernelError("internal", "share_file names no share");
  return id.data;
}
