/** Reads a body as UTF-8 text, `maxBytes` at most; the rest is called off. Throws what the connection throws. */
export async function readBounded(
  response: Response,
  maxBytes: number,
): Promise<{ readonly text: string; readonly complete: "complete" | "cut" }> {
  const reader = response.body?.getReader();
  if (reader === undefined) return { text: "", complete: "complete" };
  const decoder = new TextDecoder();
  let text = "";
  let bytes = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return { text: text + decoder.decode(), complete: "complete" };
    const room = maxBytes - bytes;
    text += decoder.decode(value.subarray(0, room), { stream: true });
    bytes += value.byteLength;
    if (bytes <= maxBytes) continue;
    reader.cancel().catch(() => undefined);
    return { text, complete: "cut" };
  }
}
