import { OfficerError, type OfficerName, type OfficerPublicKey, type OfficerSigner } from "../../officers/index.js";
import { askThrice, type CeremonyTerminal } from "../terminal/index.js";

/** Whom the officers' keys are asked of, and whose they must be. */
export interface OfficerDeskOptions {
  readonly terminal: CeremonyTerminal;
  /** Asks once. @throws OfficerError */
  readonly open: (name: OfficerName) => Promise<OfficerSigner>;
  /** Whether this is the key of the officer whom the plan means. */
  readonly isKeyOf: (name: OfficerName, key: OfficerPublicKey) => boolean;
}

/** What another try at a passphrase can mend. */
const ASK_AGAIN: readonly string[] = ["KEY_FILE_UNUSABLE", "PASSPHRASE_INVALID"];

/** Officers come to the desk one after the other; an officer's key is let go of as soon as it is somebody else's turn. */
export class OfficerDesk {
  readonly #options: OfficerDeskOptions;
  #signer: OfficerSigner | undefined;

  constructor(options: OfficerDeskOptions) {
    this.#options = options;
  }

  /** Who is at the desk; the officer before is not any more. @throws TriesExhausted, TerminalEnded, OfficerError */
  async authenticate(name: OfficerName): Promise<OfficerSigner> {
    if (this.#signer?.officer.name === name) return this.#signer;
    this.close();
    this.#signer = await this.authenticateAlso(name);
    return this.#signer;
  }

  /** Of who is at the desk. */
  get signer(): OfficerSigner | undefined {
    return this.#signer;
  }

  /** Somebody who comes as well; the caller closes their key. @throws as `authenticate` */
  authenticateAlso(name: OfficerName): Promise<OfficerSigner> {
    return askThrice(this.#options.terminal, { what: "officerKey", officer: name }, () => this.#attempt(name));
  }

  close(): void {
    this.#signer?.close();
    this.#signer = undefined;
  }

  async #attempt(name: OfficerName) {
    const signer = await this.#options.open(name).catch((error: unknown) => {
      if (error instanceof OfficerError && ASK_AGAIN.includes(error.code)) return undefined;
      throw error;
    });
    if (signer === undefined) return { kind: "again", why: "The passphrase is wrong, or the key file was changed." } as const;
    const { officer } = signer;
    if (officer.name === name && this.#options.isKeyOf(name, officer.publicKey))
      return { kind: "answer", answer: signer } as const;
    signer.close();
    return { kind: "again", why: `That is not ${name}'s key.` } as const;
  }
}
