import { toast } from "sonner";

/** Puts a text on the clipboard and says so, or says that it could not. Never rejects. */
export async function copyText(text: string, what: string): Promise<void> {
  try {
    await navigator.clipboard.writeText(text);
    toast.success(`${what} copied as JSON`);
  } catch {
    toast.error("The clipboard refused the text", { description: "Select it and copy it by hand." });
  }
}
