import { KernelError } from "../../../shared/errors.ts";

const GOES_ON = "Free some room and start it again: it goes on where it was";

/** A page that says "not found" with 200, or anything else that is no model file. */
export function notAModel(host: string, start: Buffer): KernelError {
  const what = /^\s*</.test(start.subarray(0, 100).toString("latin1")) ? "a web page" : "something else";
  return new KernelError("model-file-unusable", `${host} sent ${what}, and no model in the format GGUF`, {
    field: "url",
    hint: "Copy the address of the file itself: it ends in .gguf",
  });
}

export const otherDigest = (host: string, digest: string): KernelError =>
  new KernelError("model-file-unusable", `What ${host} sent has another SHA-256: ${digest}`, {
    field: "sha256",
    hint: "Nothing was kept. Check the digest and the address",
  });

/** The whole file, which its header shows to be of no use. */
export function unusableModel(host: string, { data }: KernelError): KernelError {
  const why = data.message.slice(data.message.indexOf(": ") + 2);
  return new KernelError("model-file-unusable", `What ${host} sent cannot be used: ${why}`, {
    hint: "Nothing was kept. Get it from another address",
  });
}

export const tooLarge = (mostBytes: number): KernelError =>
  new KernelError("storage-failed", `The file is larger than ${inWords(mostBytes)}`, {
    hint: "Choose a smaller model",
  });

export const noRoom = (folder: string, wanted: number, free: number): KernelError =>
  new KernelError(
    "storage-failed",
    `There is no room for it in ${folder}: ${inWords(wanted)} are needed, ${inWords(free)} are free`,
    { hint: GOES_ON },
  );

export function notWritten(file: string, thrown: unknown): KernelError {
  const code = thrown instanceof Error && "code" in thrown ? String(thrown.code) : "";
  if (code === "ENOSPC" || code === "EDQUOT") {
    return new KernelError("storage-failed", `There is no room left for ${file}`, { hint: GOES_ON });
  }
  const reason = thrown instanceof Error ? thrown.message : String(thrown);
  return new KernelError("storage-failed", `${file} cannot be written: ${reason}`);
}

const inWords = (bytes: number): string =>
  bytes >= 1e9 ? `${(bytes / 1e9).toFixed(1)} GB` : `${Math.ceil(bytes / 1e6)} MB`;
