/** Why a ceremony does not begin, or does not go on: the closed list, with constant texts. */
export const CEREMONY_REFUSALS = {
  ENVIRONMENT_DIFFERS: "The plan is for another environment than this configuration.",
  TOKEN_DIFFERS: "The plan is for another token than this configuration.",
  PRINTER_UNUSABLE: "The plan's printer is not a device that papers can be written to, or it is not ready.",
  PRINTER_FAILED: "The printer did not take the whole paper.",
  TRANSCRIPT_EXISTS: "There is a file in the transcript's place already.",
  DIRECTORY_EXISTS: "There is an officers' directory in its place already.",
  DIRECTORY_FOREIGN: "The officers' directory is not sealed by this token.",
  OFFICER_NOT_ENROLLED: "An officer of the plan is not in the directory, or not in the role.",
  KEY_NAME_TAKEN: "There is a key of that name already: a new version of it comes by a rotation.",
  KEY_NOT_THERE: "A key that the plan names is not in the register.",
  KEY_VERSION_WRONG: "The version to be replaced is not the newest one of that name.",
  KEY_BLOCK_EXISTS: "There is a file in the key block's place already.",
  KEY_BLOCK_UNREADABLE: "The key block's file cannot be read.",
  KEY_BLOCK_UNWRITABLE: "The key block's file cannot be written.",
  KEY_BLOCK_DIFFERS: "The key block holds another kind of key than the plan says.",
  KEY_KNOWN: "The register knows this key already, under another name or version (PCI PIN 17, 19).",
  KEY_NOT_ACTIVE: "A key that the plan uses is not in use: pending, suspended or retired.",
  KEY_STATE_UNSOUND: "A record of the key's state does not hold: the key is not to be used.",
  COMPONENTS_REFUSED: "The components give no key that may be used.",
  CHECK_VALUE_DIFFERS: "The check value is not the one that was expected.",
} as const;
export type CeremonyRefusal = keyof typeof CEREMONY_REFUSALS;

/** A ceremony is refused. The message is constant. */
export class CeremonyRefused extends Error {
  override readonly name = "CeremonyRefused";
  readonly code: CeremonyRefusal;

  constructor(code: CeremonyRefusal) {
    super(CEREMONY_REFUSALS[code]);
    this.code = code;
  }
}
