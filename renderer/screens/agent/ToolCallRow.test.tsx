import { renderToStaticMarkup } from "react-dom/server";
import { beforeAll, expect, test, vi } from "vitest";
import { resultId } from "../../../shared/ids.ts";
import { createServices, StoreProvider } from "../../store.tsx";
import { createReplayClient } from "../../transport/replay-client.ts";
import { MadeRun, NO_TIMES, storageCall } from "./made-run.ts";
import { streamEnd } from "./StreamedOutput.tsx";
import { TranscriptRow } from "./TranscriptRow.tsx";

// Nothing is drawn in frames here: the markup is asked for once.
beforeAll(() => {
  vi.stubGlobal("requestAnimationFrame", () => 0);
  vi.stubGlobal("cancelAnimationFrame", () => {});
});

function drawn(run: MadeRun): string {
  const services = createServices(createReplayClient([]));
  const rows = run.detail().items.map((item) => <TranscriptRow key={item.seq} item={item} name="0" />);
  const markup = renderToStaticMarkup(<StoreProvider services={services}>{rows}</StoreProvider>);
  services.detail.close();
  services.live.close();
  return markup;
}

const started = (): MadeRun =>
  new MadeRun()
    .created(1, storageCall("run_shell", { command: "make" }))
    .allowed(1)
    .queued(1)
    .running(1, 5);

test("a running call shows what it prints, hidden characters too, and how far it is", () => {
  const run = started();
  run.add({ type: "syscall.output", ...run.of(1), text: "compiling\u001b[31m a.c\n", tokens: 0 });
  run.add({ type: "syscall.progressed", ...run.of(1), progress: { done: 1, total: 4, message: "a.c" } });
  const markup = drawn(run);
  for (const text of ["compiling", "ESC", 'aria-valuenow="25"', 'aria-label="Output of s1"'])
    expect(markup).toContain(text);
});

test("a call that ended shows its result in place of what it printed, with images and the way to the whole text", () => {
  const run = started();
  run.add({ type: "syscall.output", ...run.of(1), text: "compiling", tokens: 0 });
  run.add({ type: "syscall.progressed", ...run.of(1), progress: { done: 1, total: null, message: "" } });
  run.add({
    type: "syscall.done",
    ...run.of(1),
    result: {
      kind: "tool",
      text: "built",
      outcome: "ok",
      attachments: [
        { id: resultId(1), type: "image", mimeType: "image/png", bytes: 2_048 },
        { id: resultId(2), type: "image", mimeType: "text/html", bytes: 10 },
        { id: resultId(3), type: "text", mimeType: "text/plain", bytes: 230_000 },
      ],
    },
    times: NO_TIMES,
  });
  const markup = drawn(run);
  for (const text of [
    "built",
    "Image 1 of 2 from run_shell",
    "not shown here",
    "Read the whole result, 225 KiB",
  ])
    expect(markup).toContain(text);
  expect(markup).not.toContain("compiling");
  expect(markup).not.toContain("progressbar");
});

test("of a long output only the end is drawn, from the start of a line", () => {
  const end = streamEnd(`${"x".repeat(50_000)}\n${"last line\n".repeat(700)}`);
  expect(end.startsWith("last line")).toBe(true);
  expect(streamEnd("x".repeat(50_000))).toHaveLength(8_000);
  expect(streamEnd("short")).toBe("short");
});
