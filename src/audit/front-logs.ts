import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { listSegments } from "./segment-files.js";

const FRONT = /^front-([1-9][0-9]{0,2})$/;

/** The folder of a front's log in the directory of them all. @param number from 1 */
export function frontLogName(number: number): string {
  return `front-${number}`;
}

/**
 * The directories of the logs that a service keeps in one: its own, where it has segments or there is no other, and those of its fronts. A
 * front that is missing between others is listed too, so that its absence is found.
 */
export async function listLogs(directory: string): Promise<readonly string[]> {
  const numbers = (await namesIn(directory)).map((name) => Number(FRONT.exec(name)?.[1] ?? 0));
  const last = Math.max(0, ...numbers);
  const fronts = Array.from({ length: last }, (_, index) => join(directory, frontLogName(index + 1)));
  const isOwn = last === 0 || (await listSegments(directory)).length > 0;
  return isOwn ? [directory, ...fronts] : fronts;
}

async function namesIn(directory: string): Promise<readonly string[]> {
  try {
    return await readdir(directory);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return [];
    throw error;
  }
}
