import { lastRegisterNote, listLogs, type RegisterNote } from "../../audit/index.js";
import type { RegisterAnchor, SealedRegisterHead } from "../../store/index.js";
import type { ServerConfig } from "../config/index.js";

/**
 * Where the audit log of this configuration last noted the register to stand; undefined without a log, or without a note in it. Of several
 * fronts' logs the note that is farthest on counts: a restoration, which goes back, is noted in all of them.
 */
export async function readAnchor({ audit }: Pick<ServerConfig, "audit">): Promise<RegisterAnchor | undefined> {
  if (audit === undefined) return undefined;
  const notes = await Promise.all((await listLogs(audit.directory)).map(lastRegisterNote));
  const note = notes.filter((one) => one !== undefined).sort((one, other) => other.registerSeq - one.registerSeq)[0];
  if (note === undefined) return undefined;
  return {
    registerId: Buffer.from(note.registerId, "hex"),
    seq: note.registerSeq,
    hash: Buffer.from(note.registerHash, "hex"),
  };
}

/** What the audit log notes of a head. */
export function noteOf(head: Omit<SealedRegisterHead, "seal">, event: RegisterNote["event"]): RegisterNote {
  return {
    event,
    registerId: head.registerId.toString("hex"),
    registerSeq: head.seq,
    registerHash: head.hash.toString("hex"),
  };
}
