import { randomBytes } from "node:crypto";
import type { Secrets } from "../../kernel/ports.ts";

const NAME = "audit-key";
const KEY = /^[0-9a-f]{64}$/;

/**
 * The key of the audit chain: 32 random bytes in hex, made at the first start. null where none can be kept, as
 * without a keychain: then nothing vouches for the audit, and `audit.verify` says so. Never throws.
 */
export async function auditKey(secrets: Secrets): Promise<string | null> {
  try {
    const kept = await secrets.get(NAME);
    if (kept !== null && KEY.test(kept)) return kept;
    const made = randomBytes(32).toString("hex");
    await secrets.set(NAME, made);
    return made;
  } catch {
    return null;
  }
}
