/** Why something about officers is refused: the closed list, with constant texts. */
export const OFFICER_ERRORS = {
  NAME_INVALID: "An officer's name has 1 to 32 small letters, digits and single hyphens, and begins with a letter.",
  ROLES_INVALID: "An officer has one or more of the roles custodian, keyManager, auditor; an auditor has no other.",
  PUBLIC_KEY_INVALID: "An officer's public key is an Ed25519 key, 32 bytes, and none of the few that anyone can sign for.",
  CARD_INVALID: "The officer's card has not the form of one, or is not signed by its own key.",
  STATEMENT_INVALID: "A statement is one kind and named fields of printable text, in the one form that is signed.",
  PASSPHRASE_INVALID: "A passphrase has 12 to 256 bytes and no control characters.",
  KEY_FILE_EXISTS: "There is a file of that name already.",
  KEY_FILE_UNREADABLE: "The officer's key file cannot be read, or has not the form of one.",
  KEY_FILE_UNWRITABLE: "The officer's key file cannot be written.",
  KEY_FILE_EXPOSED: "The officer's key file must be a regular file of yours, mode 0600.",
  KEY_FILE_UNUSABLE: "The passphrase is wrong, or the key file was changed.",
  APPROVALS_TOO_FEW: "More officers must approve this.",
  APPROVER_TWICE: "One officer approved twice.",
  APPROVER_UNKNOWN: "One who approved is no active officer.",
  APPROVER_ROLE: "An officer who approved has not the role for it.",
  APPROVER_CONCERNED: "An officer must not approve what concerns themself.",
  APPROVAL_FALSE: "A signature is not that officer's over this statement.",
  FOUNDED_ALREADY: "The directory is founded already.",
  NOT_FOUNDED: "The directory is founded first, by two key managers.",
  NAME_TAKEN: "An officer of that name is or was enrolled: one name, one person, for ever.",
  KEY_TAKEN: "That key is or was an officer's already.",
  OFFICER_UNKNOWN: "No active officer has that name.",
  ROLES_UNCHANGED: "The officer has these roles already.",
  KEY_MANAGERS_TOO_FEW: "Two active key managers must remain.",
  DIRECTORY_UNREADABLE: "The officers' directory cannot be read.",
  DIRECTORY_UNWRITABLE: "The officers' directory cannot be written.",
  DIRECTORY_BUSY:
    "Another process changes the officers' directory, or one was killed while it did: see the file that ends in .new.",
  DIRECTORY_CHANGED: "The officers' directory was changed by someone else meanwhile.",
  DIRECTORY_CORRUPT: "An entry of the officers' directory does not hold.",
} as const;
export type OfficerErrorCode = keyof typeof OFFICER_ERRORS;

/** Something about officers is refused. The message is constant; the cause is for the operator. */
export class OfficerError extends Error {
  override readonly name: string = "OfficerError";
  readonly code: OfficerErrorCode;

  constructor(code: OfficerErrorCode, cause?: unknown) {
    super(OFFICER_ERRORS[code], cause === undefined ? undefined : { cause });
    this.code = code;
  }
}
