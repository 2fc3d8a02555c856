import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chromium, type Page } from "@playwright/test";
import { bootKernel, PROGRAM_FOLDER } from "../../electron/boot.ts";
import { serveWebSocket } from "../../electron/transport/websocket-server.ts";
import { findChromium } from "../../scripts/test/chromium.ts";

const TOKEN = "a-token-for-the-benchmark";
const MEASURED_FRAMES = 240;
const CHROMIUM_FLAGS = [
  "--no-sandbox",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  "--no-first-run",
];

export interface FrameTimes {
  /** Frames a second while agents run and nobody scrolls. */
  readonly still: number;
  /** Frames a second while the table scrolls by two rows a frame. */
  readonly scrolling: number;
}

/** Overview in Chromium over a real kernel with that many agents, which run on the offline core meanwhile. */
export async function overviewFrames(agents: number): Promise<FrameTimes> {
  const folder = mkdtempSync(join(tmpdir(), "aios-bench-"));
  const kernel = await bootKernel({ host: "headless", dataFolder: folder });
  const page = join(PROGRAM_FOLDER, "dist", "renderer");
  const server = await serveWebSocket({ ...kernel, port: 0, token: TOKEN, page });
  const found = findChromium(process.env);
  const browser = await chromium.launch({
    ...(found.type === "found" ? { executablePath: found.path } : {}),
    args: CHROMIUM_FLAGS,
  });
  try {
    for (let n = 0; n < agents; n += 1) {
      await kernel.handlers["agents.launch"]({ agent: "maths-tutor", task: `what is ${n} * 19 plus 7?` });
    }
    const tab = await browser.newPage({ viewport: { width: 1280, height: 800 } });
    await tab.goto(`http://127.0.0.1:${server.port}/#token=${TOKEN}`);
    await tab.getByRole("row").nth(5).waitFor();
    return { still: await framesPerSecond(tab, 0), scrolling: await framesPerSecond(tab, 56) };
  } finally {
    await browser.close();
    await server.close();
    await kernel.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

function framesPerSecond(page: Page, step: number): Promise<number> {
  return page.evaluate(
    ({ step, frames }) =>
      new Promise<number>((resolve) => {
        const table = [...document.querySelectorAll("*")].find(
          (each) => each.scrollHeight > each.clientHeight * 5,
        );
        let count = 0;
        let start = 0;
        const frame = (now: number): void => {
          // The first frames settle what the step before left behind.
          if (count === 10) start = now;
          if (table && step > 0) table.scrollTop += step;
          count += 1;
          if (count > frames + 10) resolve((frames * 1_000) / (now - start));
          else requestAnimationFrame(frame);
        };
        requestAnimationFrame(frame);
      }),
    { step, frames: MEASURED_FRAMES },
  );
}
