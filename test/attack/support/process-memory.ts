import { closeSync, openSync, readFileSync, readSync } from "node:fs";

const CHUNK = 8 * 1024 * 1024;

interface Region {
  readonly start: number;
  readonly end: number;
}

/** Memory that a process can write, and so might have left something in. */
function writableRegions(pid: number): readonly Region[] {
  return readFileSync(`/proc/${pid}/maps`, "utf8")
    .split("\n")
    .flatMap((line) => {
      const [, start, end] = /^([0-9a-f]+)-([0-9a-f]+) rw/.exec(line) ?? [];
      return start === undefined || end === undefined
        ? []
        : [{ start: Number.parseInt(start, 16), end: Number.parseInt(end, 16) }];
    });
}

/** Bytes of that place; fewer, or none, when the process has let go of it. */
function readAt(file: number, chunk: Buffer, length: number, position: number): Buffer {
  try {
    return chunk.subarray(0, readSync(file, chunk, 0, length, position));
  } catch {
    return chunk.subarray(0, 0);
  }
}

/** How often each pattern occurs in the memory of a process. */
export function countInMemory(pid: number, patterns: ReadonlyMap<string, Buffer>): ReadonlyMap<string, number> {
  const counts = new Map([...patterns.keys()].map((name) => [name, 0]));
  const overlap = Math.max(...[...patterns.values()].map(({ length }) => length)) - 1;
  const chunk = Buffer.alloc(CHUNK);
  const file = openSync(`/proc/${pid}/mem`, "r");
  try {
    for (const { start, end } of writableRegions(pid)) {
      for (let position = start; position < end; position += CHUNK - overlap) {
        const bytes = readAt(file, chunk, Math.min(CHUNK, end - position), position);
        for (const [name, pattern] of patterns) {
          if (bytes.includes(pattern)) counts.set(name, (counts.get(name) ?? 0) + 1);
        }
      }
    }
  } finally {
    closeSync(file);
  }
  return counts;
}

/** The ways in which bytes may stand in memory: as they are, and as text. */
export function formsOf(name: string, bytes: Buffer): readonly (readonly [string, Buffer])[] {
  const hex = bytes.toString("hex");
  return [
    [name, bytes],
    [`${name}, hex`, Buffer.from(hex)],
    [`${name}, upper-case hex`, Buffer.from(hex.toUpperCase())],
    [`${name}, base64`, Buffer.from(bytes.toString("base64").replace(/=+$/, ""))],
  ];
}
