import { createHash } from "node:crypto";
import { createReadStream, createWriteStream } from "node:fs";
import { open, rename, unlink } from "node:fs/promises";
import { dirname } from "node:path";
import { pipeline } from "node:stream/promises";
import { createGunzip, createGzip } from "node:zlib";
import { syncFolder } from "./audit-disk.js";
import { PARTIAL_SUFFIX } from "./segment-files.js";

/**
 * Replaces a closed segment by its gzip form. The plain file goes only after the compressed one was read back, found equal and is
 * durable; a crash at any point leaves at least one whole form.
 */
export async function compressSegment(path: string): Promise<void> {
  const partial = `${path}${PARTIAL_SUFFIX}`;
  try {
    await pipeline(createReadStream(path), createGzip(), createWriteStream(partial, { flags: "wx", mode: 0o600 }));
    await syncFile(partial);
    if ((await digestOf(partial, true)) !== (await digestOf(path, false))) throw new Error("the compressed segment differs");
    await rename(partial, `${path}.gz`);
    await syncFolder(dirname(path));
    await unlink(path);
  } catch (error) {
    await unlink(partial).catch(() => undefined);
    throw error;
  }
}

async function digestOf(path: string, compressed: boolean): Promise<string> {
  const hash = createHash("sha256");
  const update = async (bytes: AsyncIterable<Buffer>) => {
    for await (const chunk of bytes) hash.update(chunk);
  };
  if (compressed) await pipeline(createReadStream(path), createGunzip(), update);
  else await pipeline(createReadStream(path), update);
  return hash.digest("hex");
}

async function syncFile(path: string): Promise<void> {
  const file = await open(path, "r");
  try {
    await file.sync();
  } finally {
    await file.close();
  }
}
