// The only file that imports graphene-pk11: it knows the names of mechanisms and attributes that pinmac itself never uses.
import graphene from "graphene-pk11";
import type { SecretBytes } from "../base/index.js";
import { findToken } from "./find-token.js";
import { asStartError } from "./open-token.js";
import { acquireModule, type Pkcs11Library } from "./pkcs11.js";
import { TokenFault } from "./token-fault.js";
import type { TokenAddress } from "./token-options.js";
import { TokenStartError } from "./token-start-error.js";

/** A mechanism that the token announces. */
export interface InventoryMechanism {
  /** Without CKM_; a number where nobody knows the name. */
  readonly name: string;
  readonly type: number;
  readonly minKeySize: number;
  readonly maxKeySize: number;
  /** What it is announced for, such as `wrap`. */
  readonly uses: readonly string[];
}

/** A token object. Values are never read. */
export interface InventoryObject {
  /** Without CKO_, such as SECRET_KEY. */
  readonly class: string;
  /** Empty: the remains of an interrupted creation, or somebody else's. */
  readonly label: string;
  /** Truth values by name, such as `extractable`; those that the object has. */
  readonly attributes: Readonly<Record<string, boolean>>;
}

/** What is in a slot. */
export interface TokenInventory {
  readonly module: {
    readonly description: string;
    readonly manufacturer: string;
    readonly version: string;
    readonly cryptoki: string;
  };
  readonly token: {
    readonly label: string;
    readonly serial: string;
    readonly description: string;
    readonly isSoftware: boolean;
    readonly isUserPinLocked: boolean;
  };
  readonly mechanisms: readonly InventoryMechanism[];
  /** Only with a PIN: without one a token shows no private object. */
  readonly objects: readonly InventoryObject[];
}

/** Which token to look at. */
export interface InventoryOptions extends TokenAddress {
  /** Not given: no login, and no objects. */
  readonly readPin?: () => SecretBytes;
}

const USES = ["ENCRYPT", "DECRYPT", "SIGN", "VERIFY", "WRAP", "UNWRAP", "DERIVE", "GENERATE", "GENERATE_KEY_PAIR"] as const;

const TRUTH_ATTRIBUTES = [
  "token",
  "private",
  "sensitive",
  "extractable",
  "modifiable",
  "encrypt",
  "decrypt",
  "wrap",
  "unwrap",
  "sign",
  "verify",
  "derive",
] as const;

function readMechanisms(slot: InstanceType<typeof graphene.Slot>): readonly InventoryMechanism[] {
  const collection = slot.getMechanisms();
  return Array.from({ length: collection.length }, (_, index) => {
    const { name, type, minKeySize, maxKeySize, flags } = collection.items(index);
    const uses = USES.filter((use) => (flags & graphene.MechanismFlag[use]) !== 0).map((use) => use.toLowerCase());
    return { name, type, minKeySize, maxKeySize, uses };
  });
}

type GrapheneObject = InstanceType<typeof graphene.SessionObject>;

/** Each on its own: an object without the attribute answers with an error. */
function readTruth(object: GrapheneObject, name: (typeof TRUTH_ATTRIBUTES)[number]): [string, boolean][] {
  try {
    return [[name, object.getAttribute(name) === true]];
  } catch {
    return [];
  }
}

/** Half an object may have neither class nor label. */
function readText(read: () => unknown): string {
  try {
    return String(read());
  } catch {
    return "";
  }
}

function describeObject(object: GrapheneObject): InventoryObject {
  return {
    class: readText(() => graphene.ObjectClass[object.class] ?? object.class),
    label: readText(() => object.getAttribute("label")),
    attributes: Object.fromEntries(TRUTH_ATTRIBUTES.flatMap((name) => readTruth(object, name))),
  };
}

function readObjects(slot: InstanceType<typeof graphene.Slot>, pin: SecretBytes): readonly InventoryObject[] {
  const session = slot.open(graphene.SessionFlag.SERIAL_SESSION);
  try {
    session.login(pin.expose().toString("utf8"));
    const found = session.find({ token: true });
    return Array.from({ length: found.length }, (_, index) => describeObject(found.items(index)));
  } finally {
    pin.wipe();
    session.close();
  }
}

function take(library: Pkcs11Library, options: InventoryOptions): TokenInventory {
  const { slot: handle, ...token } = findToken(library, options);
  // The module is initialised already, with locks, which graphene's own `initialize` would leave out; now that only reads its description.
  const module = new graphene.Module(library as unknown as ConstructorParameters<typeof graphene.Module>[0]);
  module.initialize();
  const slots = module.getSlots(true);
  const slot = Array.from({ length: slots.length }, (_, index) => slots.items(index)).find((each) =>
    each.handle.equals(handle),
  );
  if (slot === undefined) throw new TokenStartError("TOKEN_NOT_FOUND");
  const { libraryDescription, manufacturerID, libraryVersion, cryptokiVersion } = module;
  return {
    module: {
      description: libraryDescription.trim(),
      manufacturer: manufacturerID.trim(),
      version: `${libraryVersion.major}.${libraryVersion.minor}`,
      cryptoki: `${cryptokiVersion.major}.${cryptokiVersion.minor}`,
    },
    token,
    mechanisms: readMechanisms(slot),
    objects: options.readPin === undefined ? [] : readObjects(slot, options.readPin()),
  };
}

/**
 * Looks at a token and changes nothing: what it is, what it announces and, with a PIN, which objects it holds.
 * @throws TokenStartError
 */
export function takeInventory(options: InventoryOptions): TokenInventory {
  const lease = acquireModule(options.modulePath, options);
  try {
    return take(lease.library, options);
  } catch (error) {
    if (error instanceof TokenStartError) throw error;
    throw asStartError(TokenFault.from(error, "inventory"));
  } finally {
    lease.release();
  }
}
