import type { AuditPublicKey } from "../../audit/index.js";
import type { CeremonyToken } from "../../engine/ceremony-token.js";
import type { EngineFounding } from "../../engine/found-token.js";
import type { Environment } from "../../keyblock/index.js";
import type { OfficerDirectory, OfficerName, OfficerSigner } from "../../officers/index.js";
import type { HeadSealer, KeyRegister } from "../../store/index.js";
import type { CeremonyTerminal } from "../terminal/index.js";

/** A token being founded. */
export type FoundingToken = Pick<
  EngineFounding,
  | "tokenDescription"
  | "tokenSerial"
  | "randomBytes"
  | "makeKeys"
  | "checkValue"
  | "readKeys"
  | "auditPublicKey"
  | "signAuditDigest"
  | "finish"
  | "discard"
  | "close"
>;

/** The officers' directory, and the key that sealed it. */
export interface SealedDirectory {
  readonly directory: OfficerDirectory;
  readonly key: AuditPublicKey;
}

/** Where a ceremony takes place: what the CLI gives it. */
export interface CeremonySite {
  readonly environment: Environment;
  /** Of the configuration; the plan must agree. */
  readonly tokenLabel: string;
  readonly terminal: CeremonyTerminal;
  /** Opens the register for the time of `work`; without `sealHead` it is only read. @throws StoreError */
  withRegister<Result>(work: (register: KeyRegister) => Promise<Result>, sealHead?: HeadSealer): Promise<Result>;
  /** The officers' directory, verified with the audit key beside it; whether that is the token's is seen later. @throws OfficerError */
  readDirectory(): Promise<SealedDirectory>;
  /** Absolute path of the directory's file. */
  readonly directoryFile: string;
  /** Absolute path of a path of the plan. */
  resolve(path: string): string;
  /** Asks an officer for their key once. @throws OfficerError, TerminalEnded */
  openOfficerKey(name: OfficerName): Promise<OfficerSigner>;
  /** Opens the token of the plan's serial number. @throws TokenStartError */
  openToken(serial: string): CeremonyToken;
  /** Begins its founding. @throws TokenInitializationError, TokenStartError */
  beginFounding(serial: string, planDigest: Buffer): FoundingToken;
}
