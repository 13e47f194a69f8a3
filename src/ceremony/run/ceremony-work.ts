import type { CheckpointSigner } from "../../audit/index.js";
import type { DirectoryHead, OfficerName, OfficerPublicKey, OfficerSigner } from "../../officers/index.js";
import type { Step } from "../plan/index.js";
import type { CeremonyTerminal } from "../terminal/index.js";
import type { Fact } from "../transcript/fact.js";

/** What the transcript says of a step. */
export type StepFacts = readonly Fact[];

/** One officer's place at one step. */
export interface StepDesk {
  readonly step: Step;
  /** The lines that say how far the ceremony is. */
  readonly progress: readonly string[];
  readonly terminal: CeremonyTerminal;
  /** Of the officer whose step it is. */
  readonly signer: OfficerSigner;
  /** Another officer comes to the desk as well. The caller closes what it gives. @throws TriesExhausted, TerminalEnded, OfficerError */
  readonly authenticateAlso: (name: OfficerName) => Promise<OfficerSigner>;
}

/** The token as it describes itself. */
export interface TokenLooks {
  readonly serial: string;
  /** Manufacturer, model, firmware. */
  readonly description: string;
}

/** What one kind of ceremony does. Nothing of it may last before `commit`. */
export interface CeremonyWork {
  /** Refuses whatever can be refused before the token is touched. @throws CeremonyRefused */
  prepare(): Promise<void>;
  /** Opens the token, or begins its founding. @throws TokenStartError, TokenInitializationError */
  open(): Promise<TokenLooks>;
  /** The last entry of the officers' directory: of those who take part. */
  readonly directoryHead: DirectoryHead;
  /** Whether this is the key of the officer whom the plan means. */
  isKeyOf(name: OfficerName, key: OfficerPublicKey): boolean;
  /** Does a step with its officer. */
  perform(desk: StepDesk): Promise<StepFacts>;
  /** The token's audit key, once there is one: it seals the transcript. */
  readonly sealer: CheckpointSigner | undefined;
  /** After the transcript is complete: makes it real. The last thing. */
  commit(): Promise<void>;
  /** Leaves nothing behind. Does not throw. */
  abandon(): Promise<void>;
  /** Lets go of everything. Does not throw. */
  close(): Promise<void>;
}
