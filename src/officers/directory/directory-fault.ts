import { OfficerError, type OfficerErrorCode } from "../officer-error.js";

/** In what way an entry does not hold. */
export const DIRECTORY_FAULTS = {
  MALFORMED: "the line is not an entry of this directory's form, or one of its cards is not signed by its own key",
  TORN: "the last line is not whole",
  SEQUENCE: "the number does not follow: entries were removed, repeated, inserted or reordered",
  LINK: "the entry does not follow the one before it: one of them was replaced",
  CHANGED: "the entry was changed: its hash is not that of its bytes",
  RULE: "the entry breaks a rule of the directory",
  APPROVALS: "the entry is not approved by two officers who may",
  SEAL: "the seal is not the token's over this entry",
  EXPECTED: "the expected entry is missing or has another hash: the directory was cut off or replaced",
} as const;
export type DirectoryFaultCode = keyof typeof DIRECTORY_FAULTS;

/** The first entry that does not hold. */
export class DirectoryFault extends OfficerError {
  override readonly name = "DirectoryFault";
  readonly fault: DirectoryFaultCode;
  /** From 1: the line of the file, and the number that its entry should have. */
  readonly entry: number;
  /** Which rule, or what about the approvals. */
  readonly detail: OfficerErrorCode | undefined;

  constructor(fault: DirectoryFaultCode, entry: number, detail?: OfficerErrorCode) {
    super("DIRECTORY_CORRUPT");
    this.fault = fault;
    this.entry = entry;
    this.detail = detail;
  }

  /** One sentence for people. */
  describe(): string {
    const detail = this.detail === undefined ? "" : ` (${this.detail})`;
    return `Entry ${this.entry}: ${this.fault}: ${DIRECTORY_FAULTS[this.fault]}${detail}.`;
  }
}
