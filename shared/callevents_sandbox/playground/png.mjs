// A PNG with a palette of 256 colours: a fifth of what a browser writes, and text stays sharp.
// https://www.w3.org/TR/png-3/
import { deflateSync } from "node:zlib";

const MOST = 256;

/** Return *pixels* (RGBA, rows from the top) as a PNG; rare colours become the nearest frequent one. */
export function indexed(width, height, pixels) {
  const counts = new Map();
  const colours = new Uint32Array(width * height);
  for (let at = 0; at < colours.length; at += 1) {
    const colour = (pixels[4 * at] << 16) | (pixels[4 * at + 1] << 8) | pixels[4 * at + 2];
    colours[at] = colour;
    counts.set(colour, (counts.get(colour) || 0) + 1);
  }
  const palette = chosen(counts);
  const numbers = new Map(palette.map((colour, number) => [colour, number]));
  const rows = Buffer.alloc((width + 1) * height);
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      const colour = colours[y * width + x];
      if (!numbers.has(colour)) numbers.set(colour, nearest(colour, palette));
      rows[y * (width + 1) + 1 + x] = numbers.get(colour);
    }
  }
  const head = Buffer.alloc(13);
  head.writeUInt32BE(width, 0);
  head.writeUInt32BE(height, 4);
  head.set([8, 3, 0, 0, 0], 8);
  const table = Buffer.from(palette.flatMap((colour) => [colour >> 16, (colour >> 8) & 255, colour & 255]));
  const signature = Buffer.from([137, 80, 78, 71, 13, 10, 26, 10]);
  return Buffer.concat([
    signature, chunk("IHDR", head), chunk("PLTE", table), chunk("IDAT", deflateSync(rows, { level: 9 })), chunk("IEND", Buffer.alloc(0)),
  ]);
}

/** The most frequent colours, none much like another: an emoji's few must not be crowded out by shades of grey. */
function chosen(counts) {
  const palette = [];
  const sorted = [...counts].sort((a, b) => b[1] - a[1] || a[0] - b[0]).map(([colour]) => colour);
  for (const close of [900, 300, 100, 30, 0]) {
    for (const colour of sorted) {
      if (palette.length === MOST) return palette;
      if (distance(colour, palette[nearest(colour, palette)] ?? -1) > close) palette.push(colour);
    }
    if (close === 900 && palette.length > MOST / 2) palette.length = MOST / 2;
  }
  return palette;
}

function nearest(colour, palette) {
  let best = 0, least = Infinity;
  for (let number = 0; number < palette.length; number += 1) {
    const far = distance(colour, palette[number]);
    if (far < least) { least = far; best = number; }
  }
  return best;
}

function distance(one, other) {
  if (other < 0) return Infinity;
  const red = (one >> 16) - (other >> 16), green = ((one >> 8) & 255) - ((other >> 8) & 255), blue = (one & 255) - (other & 255);
  return 2 * red * red + 4 * green * green + 3 * blue * blue;
}

function chunk(type, data) {
  const body = Buffer.concat([Buffer.from(type, "latin1"), data]);
  const frame = Buffer.alloc(body.length + 8);
  frame.writeUInt32BE(data.length, 0);
  body.copy(frame, 4);
  frame.writeUInt32BE(crc(body), body.length + 4);
  return frame;
}

const TABLE = Uint32Array.from({ length: 256 }, (_, number) => {
  let value = number;
  for (let bit = 0; bit < 8; bit += 1) value = value & 1 ? (value >>> 1) ^ 0xedb88320 : value >>> 1;
  return value;
});

function crc(bytes) { // node:zlib has one only since 20.15
  let value = ~0;
  for (const byte of bytes) value = TABLE[(value ^ byte) & 255] ^ (value >>> 8);
  return ~value >>> 0;
}
