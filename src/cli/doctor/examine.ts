import { countHalfObjects, openToken, type TokenInventory, TokenStartError, takeInventory } from "../../hsm/index.js";
import type { ServerConfig } from "../config/index.js";
import { type TokenPin, tokenAddress } from "../token/index.js";
import { DANGEROUS_MECHANISMS, NEEDED_MECHANISMS, type NeededMechanism } from "./mechanisms.js";
import { OPERATION_CUSTODY, type OperationCustody } from "./operations.js";

/** Whether the token's own keys are there and as pinmac made them; `reason` and `message` say what is wrong. */
export type MasterKeyState =
  | { readonly sound: true }
  | { readonly sound: false; readonly reason: string; readonly message: string };

/** What `pinmac doctor` found. */
export interface Diagnosis {
  /** Nothing that serving or making keys needs is missing. */
  readonly healthy: boolean;
  readonly module: TokenInventory["module"];
  readonly token: TokenInventory["token"];
  readonly mechanisms: readonly (NeededMechanism & { readonly present: boolean })[];
  readonly masterKeys: MasterKeyState;
  /** Token objects that are not pinmac's, by class and label. */
  readonly otherObjects: readonly string[];
  /** What killed creations left, and nobody can use. */
  readonly halfObjects: number;
  /** Things that work but deserve a thought. */
  readonly cautions: readonly string[];
  readonly custody: readonly OperationCustody[];
}

/**
 * Looks at the token and changes nothing. The PIN is presented once before anything else is done with it, so that a wrong one counts
 * once.
 * @throws TokenStartError when there is no token to look at
 */
export function examineToken(config: ServerConfig, pin: TokenPin): Diagnosis {
  const address = tokenAddress(config.hsm);
  const announced = takeInventory(address);
  const masterKeys = examineMasterKeys(config, pin);
  const objects = masterKeys.sound ? takeInventory({ ...address, readPin: pin.read }).objects : [];
  const types = new Set(announced.mechanisms.map((mechanism) => mechanism.type));
  const mechanisms = NEEDED_MECHANISMS.map((needed) => ({ ...needed, present: types.has(needed.type) }));
  return {
    healthy: masterKeys.sound && mechanisms.every(({ need, present }) => present || need === "optional"),
    module: announced.module,
    token: announced.token,
    mechanisms,
    masterKeys,
    otherObjects: objects
      .filter((object) => !object.label.startsWith("pinmac-"))
      .map((object) => `${object.class} "${object.label}"`),
    halfObjects: masterKeys.sound ? countHalfObjects({ ...address, readPin: pin.read }) : 0,
    cautions: findCautions(config, announced, types),
    custody: OPERATION_CUSTODY,
  };
}

function examineMasterKeys(config: ServerConfig, pin: TokenPin): MasterKeyState {
  try {
    openToken({ ...tokenAddress(config.hsm), readPin: pin.read, environment: config.environment }).close();
    return { sound: true };
  } catch (error) {
    if (!(error instanceof TokenStartError)) throw error;
    return { sound: false, reason: error.code, message: error.message };
  }
}

function findCautions(config: ServerConfig, { token }: TokenInventory, types: ReadonlySet<number>): string[] {
  const dangerous = DANGEROUS_MECHANISMS.filter((mechanism) => types.has(mechanism.type)).map((mechanism) => mechanism.name);
  return [
    ...(token.isSoftware
      ? ["A software token: its keys are in this machine's memory and files. For development and trials only."]
      : []),
    ...(config.hsm.tokenSerial === undefined
      ? ["The profile names no tokenSerial: any single token of that label is taken."]
      : []),
    ...(dangerous.length === 0
      ? []
      : [`The token offers ${dangerous.join(", ")}, which pinmac never uses: switch them off if the token can.`]),
  ];
}
