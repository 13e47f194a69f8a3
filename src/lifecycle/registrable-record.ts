import { encodeKeyHeader } from "../keyblock/header-codec.js";
import type { KeyHeader } from "../keyblock/index.js";
import type { ApprovedChange } from "./draft-change.js";

/** A record of a key's state for the register; with a destruction the sealed key goes, and its header stays. */
export type RegistrableRecord = ApprovedChange["record"] & {
  readonly destroys?: { readonly name: string; readonly version: number; readonly header: Buffer };
};

/** The record of a change that was accepted, as the register takes it. */
export function registrableRecord(header: KeyHeader, { record, stated }: ApprovedChange): RegistrableRecord {
  if (stated.change.kind !== "destroy") return record;
  const { name, version } = header;
  return { ...record, destroys: { name, version, header: encodeKeyHeader(header) } };
}
