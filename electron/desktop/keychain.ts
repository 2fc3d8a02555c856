import { readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { KernelError } from "../../shared/errors.ts";
import { writeFileAtomically } from "../adapters/atomic-file.ts";
import type { Secrets } from "../kernel/ports.ts";

/** The part of Electron's safeStorage that is used here. */
export interface Encryption {
  isEncryptionAvailable(): boolean;
  /** Linux only: `basic_text` is no encryption, only a fixed password. */
  getSelectedStorageBackend?(): string;
  encryptString(plain: string): Buffer;
  decryptString(encrypted: Buffer): string;
}

const FILE = "keychain.json";
const fileSchema = z.record(z.string(), z.base64());
type Encrypted = Readonly<Record<string, string>>;

/**
 * Keys encrypted by the system's keychain, in one file of mode 600 in `folder`. `set` throws `not-allowed` where
 * the system offers no encryption: a key is never written plainly. A key that can no longer be decrypted reads as
 * absent. No error holds a key's value.
 */
export function keychain(folder: string, encryption: Encryption): Secrets {
  const file = join(folder, FILE);
  const usable = (): boolean =>
    encryption.isEncryptionAvailable() && encryption.getSelectedStorageBackend?.() !== "basic_text";
  const save = (entries: Encrypted): void => {
    try {
      writeFileAtomically(file, JSON.stringify(entries), 0o600);
    } catch {
      throw new KernelError("storage-failed", `The keychain file ${file} cannot be written`, {
        hint: "Check that the folder exists, is yours, and that the disk is not full.",
      });
    }
  };

  return {
    async get(name) {
      const entry = load(file)[name];
      if (entry === undefined || !usable()) return null;
      try {
        return encryption.decryptString(Buffer.from(entry, "base64"));
      } catch {
        return null;
      }
    },
    async set(name, value) {
      if (!usable()) {
        throw new KernelError("not-allowed", "The key was not kept: this system offers no keychain", {
          hint: "Unlock or install one (on Linux: GNOME Keyring or KWallet), or give the key in the environment.",
        });
      }
      save({ ...load(file), [name]: encryption.encryptString(value).toString("base64") });
    },
    async delete(name) {
      const { [name]: removed, ...others } = load(file);
      if (removed !== undefined) save(others);
    },
  };
}

/** Throws `storage-failed` for a damaged file: writing over it would lose the other keys. */
function load(file: string): Encrypted {
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return {};
    throw new KernelError("storage-failed", `The keychain file ${file} cannot be read`);
  }
  try {
    return fileSchema.parse(JSON.parse(text));
  } catch {
    throw new KernelError("storage-failed", `The keychain file ${file} is damaged`, {
      hint: "Move it away and enter the keys again.",
    });
  }
}
