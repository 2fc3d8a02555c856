/** Draws resources/icons/icon.svg and icon.png: four queues that lead to one slot in use. */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { crc32, deflateSync } from "node:zlib";

const SIZE = 1024;
/** Samples along each side of a pixel, for smooth edges. */
const SAMPLES = 4;

interface RoundedBox {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly radius: number;
  readonly colour: string;
}

const GROUND = "#12181f";
const WAITING = "#4d6478";
const RUNNING = "#3fc1a8";
const LANES = [1, 3, 2, 2] as const;
const CELL = { width: 112, height: 96, gap: 28 } as const;

/** Each lane holds its waiting calls, from the right; the slot stands beside them. */
function shapes(): readonly RoundedBox[] {
  const ground = { x: 64, y: 64, width: 896, height: 896, radius: 200, colour: GROUND };
  const top = (SIZE - (LANES.length * CELL.height + (LANES.length - 1) * CELL.gap)) / 2;
  const waiting = LANES.flatMap((calls, lane) =>
    Array.from({ length: calls }, (_, place) => ({
      x: 460 - place * (CELL.width + CELL.gap),
      y: top + lane * (CELL.height + CELL.gap),
      width: CELL.width,
      height: CELL.height,
      radius: 24,
      colour: place === 0 && lane === 1 ? RUNNING : WAITING,
    })),
  );
  const height = LANES.length * CELL.height + (LANES.length - 1) * CELL.gap;
  return [ground, ...waiting, { x: 640, y: top, width: 208, height, radius: 48, colour: RUNNING }];
}

const svg = (boxes: readonly RoundedBox[]): string =>
  [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${SIZE} ${SIZE}">`,
    "  <title>AIOS Desktop</title>",
    ...boxes.map(
      ({ x, y, width, height, radius, colour }) =>
        `  <rect x="${x}" y="${y}" width="${width}" height="${height}" rx="${radius}" fill="${colour}"/>`,
    ),
    "</svg>\n",
  ].join("\n");

function covers(box: RoundedBox, x: number, y: number): boolean {
  const { radius } = box;
  const outsideX = Math.max(box.x + radius - x, x - (box.x + box.width - radius), 0);
  const outsideY = Math.max(box.y + radius - y, y - (box.y + box.height - radius), 0);
  return outsideX * outsideX + outsideY * outsideY <= radius * radius;
}

/** Red, green, blue and opacity of each pixel, row by row. */
function pixels(boxes: readonly RoundedBox[]): Buffer {
  const painted = boxes.map((box) => ({ box, rgb: Buffer.from(box.colour.slice(1), "hex") })).reverse();
  const image = Buffer.alloc(SIZE * SIZE * 4);
  for (let y = 0; y < SIZE; y += 1) {
    for (let x = 0; x < SIZE; x += 1) {
      const sum = [0, 0, 0];
      let hits = 0;
      for (let sample = 0; sample < SAMPLES * SAMPLES; sample += 1) {
        const px = x + ((sample % SAMPLES) + 0.5) / SAMPLES;
        const py = y + (Math.floor(sample / SAMPLES) + 0.5) / SAMPLES;
        const top = painted.find(({ box }) => covers(box, px, py));
        if (!top) continue;
        hits += 1;
        top.rgb.forEach((value, channel) => {
          sum[channel] = (sum[channel] ?? 0) + value;
        });
      }
      const at = (y * SIZE + x) * 4;
      sum.forEach((value, channel) => {
        image[at + channel] = hits === 0 ? 0 : Math.round(value / hits);
      });
      image[at + 3] = Math.round((255 * hits) / (SAMPLES * SAMPLES));
    }
  }
  return image;
}

/** A chunk: length, type, data, and the check sum over type and data. */
function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type), data]);
  const ends = Buffer.alloc(8);
  ends.writeUInt32BE(data.length, 0);
  ends.writeUInt32BE(crc32(body), 4);
  return Buffer.concat([ends.subarray(0, 4), body, ends.subarray(4)]);
}

/** A PNG file (W3C Portable Network Graphics, third edition) of 8-bit colour with opacity. */
function png(image: Buffer): Buffer {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(SIZE, 0);
  header.writeUInt32BE(SIZE, 4);
  header.set([8, 6, 0, 0, 0], 8);
  // Each row is led by its filter: none.
  const rows = Buffer.alloc((SIZE * 4 + 1) * SIZE);
  for (let y = 0; y < SIZE; y += 1) {
    image.copy(rows, y * (SIZE * 4 + 1) + 1, y * SIZE * 4, (y + 1) * SIZE * 4);
  }
  return Buffer.concat([
    Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
    chunk("IHDR", header),
    chunk("IDAT", deflateSync(rows, { level: 9 })),
    chunk("IEND", Buffer.alloc(0)),
  ]);
}

const folder = join(import.meta.dirname, "..", "resources", "icons");
mkdirSync(folder, { recursive: true });
writeFileSync(join(folder, "icon.svg"), svg(shapes()));
writeFileSync(join(folder, "icon.png"), png(pixels(shapes())));
