// The only file that imports the binding. Named imports of it type-check and fail at run time.
import pkcs11js from "pkcs11js";
import type { EncodedAttribute, EncodedTemplate } from "./attributes.js";
import { FLAGS, MECHANISMS, type MechanismName } from "./cryptoki.js";
import { TokenFault } from "./token-fault.js";
import { TokenStartError } from "./token-start-error.js";

declare const handleBrand: unique symbol;

/** A handle as the token gave it. Dead after its session. */
export type Handle<Kind extends string> = Buffer & { readonly [handleBrand]: Kind };
export type SlotHandle = Handle<"slot">;
export type SessionHandle = Handle<"session">;
export type ObjectHandle = Handle<"object">;

/** A mechanism with its parameter, made once and used for every call. */
export interface Mechanism {
  readonly mechanism: number;
  readonly parameter?: Buffer | { readonly type: number };
}

/** C_GetTokenInfo, as far as it is used; texts are padded with blanks. */
export interface RawTokenInfo {
  readonly label: string;
  readonly manufacturerID: string;
  readonly model: string;
  readonly serialNumber: string;
  readonly flags: number;
  readonly firmwareVersion: { readonly major: number; readonly minor: number };
}

/** The calls that pinmac makes, and no other. Each throws what the binding throws: see `TokenFault.from`. */
export interface Pkcs11Library {
  C_GetSlotList(tokenPresent: boolean): SlotHandle[];
  C_GetSlotInfo(slot: SlotHandle): { readonly flags: number };
  C_GetTokenInfo(slot: SlotHandle): RawTokenInfo;
  C_InitToken(slot: SlotHandle, pin: string, label: string): void;
  C_InitPIN(session: SessionHandle, pin: string): void;
  C_GetMechanismList(slot: SlotHandle): number[];
  C_GetMechanismInfo(
    slot: SlotHandle,
    mechanism: number,
  ): { readonly minKeySize: number; readonly maxKeySize: number; readonly flags: number };
  C_OpenSession(slot: SlotHandle, flags: number): SessionHandle;
  C_CloseSession(session: SessionHandle): void;
  C_Login(session: SessionHandle, user: number, pin: string): void;
  C_Logout(session: SessionHandle): void;
  C_FindObjectsInit(session: SessionHandle, template: EncodedTemplate): void;
  C_FindObjects(session: SessionHandle, count: number): ObjectHandle[];
  C_FindObjectsFinal(session: SessionHandle): void;
  C_GetAttributeValue(
    session: SessionHandle,
    object: ObjectHandle,
    query: EncodedAttribute[],
  ): { readonly type: number; readonly value: Buffer }[];
  C_CreateObject(session: SessionHandle, template: EncodedTemplate): ObjectHandle;
  C_DestroyObject(session: SessionHandle, object: ObjectHandle): void;
  C_GenerateKey(session: SessionHandle, mechanism: Mechanism, template: EncodedTemplate): ObjectHandle;
  C_GenerateKeyPair(
    session: SessionHandle,
    mechanism: Mechanism,
    publicKey: EncodedTemplate,
    privateKey: EncodedTemplate,
  ): { readonly publicKey: ObjectHandle; readonly privateKey: ObjectHandle };
  C_WrapKey(session: SessionHandle, mechanism: Mechanism, wrapping: ObjectHandle, key: ObjectHandle, output: Buffer): Buffer;
  C_UnwrapKey(
    session: SessionHandle,
    mechanism: Mechanism,
    unwrapping: ObjectHandle,
    wrapped: Buffer,
    template: EncodedTemplate,
  ): ObjectHandle;
  C_DeriveKey(session: SessionHandle, mechanism: Mechanism, parent: ObjectHandle, template: EncodedTemplate): ObjectHandle;
  C_EncryptInit(session: SessionHandle, mechanism: Mechanism, key: ObjectHandle): void;
  C_Encrypt(session: SessionHandle, input: Buffer, output: Buffer): Buffer;
  C_DecryptInit(session: SessionHandle, mechanism: Mechanism, key: ObjectHandle): void;
  C_Decrypt(session: SessionHandle, input: Buffer, output: Buffer): Buffer;
  C_SignInit(session: SessionHandle, mechanism: Mechanism, key: ObjectHandle): void;
  C_Sign(session: SessionHandle, input: Buffer, output: Buffer): Buffer;
  C_GenerateRandom(session: SessionHandle, output: Buffer): Buffer;
}

/** How a module is initialised. */
export interface ModuleSettings {
  /** What the module reads from its environment, such as SOFTHSM2_CONF. */
  readonly moduleEnvironment: Readonly<Record<string, string>>;
  /** What a module that asks for it is told by C_Initialize itself: NSS softoken's own string of parameters. */
  readonly libraryParameters?: string;
}

interface LoadedModule {
  readonly binding: pkcs11js.PKCS11;
  /** Those who hold the module initialised. */
  holders: number;
  settings: ModuleSettings;
}

/** By path. A module stays loaded for the life of the process: unloading one is not safe, finalising it is. */
const modules = new Map<string, LoadedModule>();

function loadModule(path: string): LoadedModule {
  const known = modules.get(path);
  if (known !== undefined) return known;
  const binding = new pkcs11js.PKCS11();
  try {
    binding.load(path);
  } catch (error) {
    throw new TokenStartError("MODULE_UNLOADABLE", error);
  }
  const loaded: LoadedModule = { binding, holders: 0, settings: { moduleEnvironment: {} } };
  modules.set(path, loaded);
  return loaded;
}

function isSameSettings(left: ModuleSettings, right: ModuleSettings): boolean {
  const [these, those] = [left.moduleEnvironment, right.moduleEnvironment];
  const names = Object.keys(these);
  const isSameEnvironment = names.length === Object.keys(those).length && names.every((name) => these[name] === those[name]);
  return isSameEnvironment && left.libraryParameters === right.libraryParameters;
}

function initialise(loaded: LoadedModule, { moduleEnvironment, libraryParameters }: ModuleSettings): void {
  // The C library reads the process's own environment, when it is initialised.
  for (const [name, value] of Object.entries(moduleEnvironment)) process.env[name] = value;
  try {
    // Bare C_Initialize switches SoftHSM's locks off.
    loaded.binding.C_Initialize({ flags: FLAGS.OS_LOCKING_OK, ...(libraryParameters !== undefined && { libraryParameters }) });
  } catch (error) {
    throw new TokenStartError("MODULE_UNLOADABLE", TokenFault.from(error, "C_Initialize"));
  }
  loaded.settings = {
    moduleEnvironment: { ...moduleEnvironment },
    ...(libraryParameters !== undefined && { libraryParameters }),
  };
}

/** A module in use. Who acquired it releases it once. */
export interface ModuleLease {
  readonly library: Pkcs11Library;
  /** Finalises the module when nobody else in this process uses it: then every session and handle is dead. */
  release(): void;
}

/**
 * Loads and initialises a module, or joins those who use it in this process.
 * @throws TokenStartError MODULE_UNLOADABLE, also when it is in use with other settings, which it would not notice
 */
export function acquireModule(path: string, settings: ModuleSettings): ModuleLease {
  const loaded = loadModule(path);
  if (loaded.holders === 0) initialise(loaded, settings);
  else if (!isSameSettings(loaded.settings, settings)) {
    throw new TokenStartError("MODULE_UNLOADABLE", new Error("The module is in use with other settings."));
  }
  loaded.holders++;
  let held = true;
  return {
    library: loaded.binding as unknown as Pkcs11Library,
    release: () => {
      if (!held) return;
      held = false;
      loaded.holders--;
      if (loaded.holders === 0) finalise(loaded);
    },
  };
}

function finalise(loaded: LoadedModule): void {
  try {
    loaded.binding.C_Finalize();
  } catch {
    // The token is gone; a later C_Initialize says so if it matters.
  }
}

/** A mechanism without a parameter. */
export function plainMechanism(name: MechanismName): Mechanism {
  return { mechanism: MECHANISMS[name] };
}

/** A mechanism whose parameter is an initialisation vector. */
export function vectorMechanism(name: MechanismName, vector: Buffer): Mechanism {
  return { mechanism: MECHANISMS[name], parameter: vector };
}

/** RSA-OAEP with SHA-1 and MGF1-SHA-1: the one hash that SoftHSM takes. OAEP does not rest on its collision resistance. */
export const RSA_OAEP_SHA1: Mechanism = {
  mechanism: MECHANISMS.RSA_PKCS_OAEP,
  parameter: {
    type: pkcs11js.CK_PARAMS_RSA_OAEP,
    hashAlg: MECHANISMS.SHA_1,
    mgf: pkcs11js.CKG_MGF1_SHA1,
    // CKZ_DATA_SPECIFIED, without data: the empty label.
    source: 1,
  } as { readonly type: number },
};
