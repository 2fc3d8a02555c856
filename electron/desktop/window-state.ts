import { readFileSync } from "node:fs";
import { z } from "zod";
import { writeFileAtomically } from "../adapters/atomic-file.ts";

/** A rectangle on the desktop, in device-independent pixels. */
export interface Rectangle {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

const windowStateSchema = z.object({
  bounds: z.object({ x: z.int(), y: z.int(), width: z.int().positive(), height: z.int().positive() }),
  shown: z.enum(["normal", "maximised"]),
});
export type WindowState = z.infer<typeof windowStateSchema>;

export const SMALLEST = { width: 800, height: 560 } as const;
const USUAL = { width: 1360, height: 860 } as const;
/** How much of the window must lie on a display, in pixels each way, for a person to be able to grab it. */
const GRASP = 80;

/** What was saved, or null where nothing readable is. Never throws. */
export function loadWindowState(file: string): WindowState | null {
  try {
    const parsed = windowStateSchema.safeParse(JSON.parse(readFileSync(file, "utf8")));
    return parsed.success ? parsed.data : null;
  } catch {
    return null;
  }
}

/** Atomic. Throws the file system's error. */
export const saveWindowState = (file: string, state: WindowState): void =>
  writeFileAtomically(file, JSON.stringify(state), 0o600);

/**
 * Where the window opens: as it was, where a display still shows it; otherwise centred on the first display. Never
 * larger than the display it is on. `areas` are the displays' work areas, the primary one first.
 */
export function placeWindow(saved: WindowState | null, areas: readonly Rectangle[]): WindowState {
  const shown = saved?.shown ?? "normal";
  const primary = areas[0];
  if (!primary) return { bounds: saved?.bounds ?? { x: 0, y: 0, ...USUAL }, shown };
  const area = saved && areas.find((each) => canBeGrabbed(saved.bounds, each));
  if (!saved || !area) return { bounds: centred(saved?.bounds ?? USUAL, primary), shown };
  const size = sizeWithin(saved.bounds, area);
  return {
    bounds: {
      ...size,
      x: clamp(saved.bounds.x, area.x, area.x + area.width - size.width),
      y: clamp(saved.bounds.y, area.y, area.y + area.height - size.height),
    },
    shown,
  };
}

const overlap = (from: number, length: number, otherFrom: number, otherLength: number): number =>
  Math.min(from + length, otherFrom + otherLength) - Math.max(from, otherFrom);

const canBeGrabbed = (bounds: Rectangle, area: Rectangle): boolean =>
  overlap(bounds.x, bounds.width, area.x, area.width) >= GRASP &&
  overlap(bounds.y, bounds.height, area.y, area.height) >= GRASP;

const clamp = (value: number, low: number, high: number): number => Math.max(low, Math.min(value, high));

type Size = Pick<Rectangle, "width" | "height">;

const sizeWithin = (size: Size, area: Rectangle): Size => ({
  width: Math.min(Math.max(size.width, SMALLEST.width), area.width),
  height: Math.min(Math.max(size.height, SMALLEST.height), area.height),
});

function centred(wanted: Size, area: Rectangle): Rectangle {
  const size = sizeWithin(wanted, area);
  return {
    ...size,
    x: area.x + Math.floor((area.width - size.width) / 2),
    y: area.y + Math.floor((area.height - size.height) / 2),
  };
}
