import { open } from "node:fs/promises";

/** What zlib writes on Linux: gzip, deflate, no flags, no time, no hint, Unix (RFC 1952, 2.3). */
const HEADER = Buffer.from("1f8b0800000000000003", "hex");

/** Whether a compressed segment begins as this log writes it: decompression alone overlooks changes of time and system. */
export async function hasOwnGzipHeader(path: string): Promise<boolean> {
  const file = await open(path, "r");
  try {
    const header = Buffer.alloc(HEADER.length);
    await file.read(header, 0, header.length, 0);
    return header.equals(HEADER);
  } finally {
    await file.close();
  }
}
