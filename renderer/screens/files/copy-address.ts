import { toast } from "sonner";

/** Puts an address on the clipboard and says so, or says that it could not. Never rejects. */
export async function copyAddress(url: string): Promise<void> {
  try {
    await navigator.clipboard.writeText(url);
    toast.success("Address copied");
  } catch {
    toast.error("The clipboard refused the address", { description: url });
  }
}
