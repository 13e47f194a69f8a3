import type { KeyHeader } from "../keyblock/key-header.js";
import type { KeyVersion } from "./digest-table.js";
import type { RecordFault, SealedRegisterHead } from "./journal/index.js";
import type { NewKeyState, StoredKeyState } from "./state-table.js";
import type { TakeOver } from "./take-over.js";

/** A registered key: what its row holds, with the header that was read from the sealed key itself. */
export interface KeyRecord {
  readonly header: KeyHeader;
  readonly sealedKey: Buffer;
}

export interface KeyPage {
  readonly records: readonly KeyRecord[];
  /** Give it to `list` for the next page; absent on the last. */
  readonly nextPageToken?: string;
}

/** A device's initial key under one BDK: the pair that is given out once. */
export interface InitialKeyEntry {
  /** The id of the BDK's header: of one version of it. */
  readonly bdkId: string;
  /** TDES: 10 bytes, counter 0. AES: 8 bytes. One device, one byte string. */
  readonly initialKeyId: Buffer;
}

/** Which devices have got their initial key. Every write is on disk when its promise resolves. */
export interface InitialKeyLedger {
  /** Notes a device, before its key is derived. @throws Refusal INITIAL_KEY_EXISTS it is there */
  reserveInitialKey(entry: InitialKeyEntry): Promise<void>;
  /** Strikes a device out: its key was never given. @returns whether it was there */
  releaseInitialKey(entry: InitialKeyEntry): Promise<boolean>;
}

/** The register of sealed keys. Every write is on disk when its promise resolves. */
export interface KeyRegister extends InitialKeyLedger {
  /** How many keys there are, which are counted. */
  readonly size: number;
  /** Where the journal of all changes stands; undefined before the first. Its seal is not checked here. */
  readonly head: SealedRegisterHead | undefined;
  /**
   * The key of that name, in that version or the newest.
   * @throws Refusal KEY_NOT_FOUND; KEY_RECORD_CORRUPT when the row's name and version are not those of the sealed key
   */
  get(name: string, version?: number): Promise<KeyRecord>;
  /** Keys by name, then version. @throws Refusal REQUEST_INVALID for a page token it did not give */
  list(pageSize: number, pageToken?: string): Promise<KeyPage>;
  /** Adds a key. @throws Refusal KEY_EXISTS; KEY_DUPLICATE for a key that is known under another name, usage or owner */
  add(sealedKey: Buffer): Promise<KeyRecord>;
  /**
   * Notes keys that their caller keeps, all or none, so that the same key is not taken in a second time for something else.
   * @throws Refusal KEY_DUPLICATE
   */
  noteKeptByCaller(headers: readonly KeyHeader[]): Promise<void>;
  /** Where the register has, or had, the key with that digest. */
  findByDigest(digest: Buffer): Promise<KeyVersion | undefined>;
  /** Adds all of them or, when one cannot be added, none. @throws Refusal KEY_EXISTS, KEY_DUPLICATE */
  addAll(sealedKeys: readonly Buffer[]): Promise<readonly KeyRecord[]>;
  /** What officers decided about keys: the records after number `seq`, in their order. Nothing of them is checked here. */
  statesAfter(seq: number): readonly StoredKeyState[];
  /**
   * Adds records, all or none. The sealed key that one of them destroys is overwritten on the disk.
   * @throws Refusal KEY_STATE_REFUSED when somebody else has changed a state meanwhile; KEY_NOT_FOUND
   */
  addStates(records: readonly NewKeyState[]): Promise<void>;
  /** Takes over what another register, whose place this one takes, has and this one has not: all or nothing, in one change. */
  takeOver(rows: TakeOver): Promise<void>;
  /** The header that is left of a key that officers destroyed. It says what the key was, and nothing is decided by it. */
  findDestroyed(name: string, version: number): Promise<KeyHeader | undefined>;
  /** Changes whenever anything else in the register may have. */
  readonly changeMark: unknown;
  /** The version that the next key of that name gets, from 1. */
  nextVersion(name: string): Promise<number>;
  /** From now on these records are refused KEY_RECORD_CORRUPT, and no older version is given in the place of a condemned one. */
  condemn(faults: readonly RecordFault[]): void;
  /** The journal does not hold: from now on everything is refused KEY_RECORD_CORRUPT and nothing is written, until it is opened anew. */
  condemnWhole(): void;
  /** For what needs the register without reading it, as a key that its caller keeps. @throws Refusal KEY_RECORD_CORRUPT */
  ensureSound(): void;
  /** Whether it was not condemned as a whole. */
  readonly state: { readonly serving: boolean };
  /** Calls `listener` after every change of `state`; returns the function that takes it off again. */
  onStateChange(listener: () => void): () => void;
  /**
   * Takes every row of a register without a journal into one. The journal then vouches for them all: look at them first.
   * @returns how many; 0 when there is a journal
   */
  sealExisting(): Promise<number>;
  close(): void;
}
