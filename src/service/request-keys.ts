import { Refusal } from "../base/index.js";
import type { CommandKey, EngineCommand, RefusedOutcome } from "../engine/commands/command.js";
import type { UsedKey } from "../gen/pinmac/v1/key_reference.js";
import { type KeyHeader, parseSealedKey } from "../keyblock/index.js";
import type { KeyLife } from "../lifecycle/index.js";
import type { PolicyOperation, SlotNames } from "../policy/index.js";
import type { KeyRecord, KeyRegister } from "../store/index.js";
import { auditedKeyOf } from "./audit-trail.js";
import type { CallContext } from "./calls/call-context.js";
import { admitUse, type KeyLifeSource, type KnownLife, lifeOf, lifeOfKey, newestActive } from "./key-life.js";
import { usesOf } from "./key-uses.js";
import type { KeyChoice } from "./parse/key-choice.js";

/** The keys of one request: resolved through the register or taken from the request, with the header each of them shows. */
export class RequestKeys {
  readonly #register: KeyRegister;
  readonly #lives: KeyLifeSource | undefined;
  readonly #call: Pick<CallContext, "permission" | "usedKeys">;
  readonly #choices: KeyChoice[] = [];
  /** By the sealed key itself: the admission of a command makes command keys of its own around it. */
  readonly #headers = new Map<Buffer, KeyHeader>();
  readonly #registered = new Set<Buffer>();
  readonly #known = new Map<Buffer, { readonly life: KnownLife; readonly field: string }>();

  /** Every key that is found or asked for in vain is noted in the call. */
  constructor(
    { register, lives }: { readonly register: KeyRegister; readonly lives?: KeyLifeSource | undefined },
    call: Pick<CallContext, "permission" | "usedKeys">,
  ) {
    this.#register = register;
    this.#lives = lives;
    this.#call = call;
  }

  /**
   * Asks whether the caller may do the operation with these keys, by their names, before any of them is looked up: a refusal does not
   * tell which keys there are. A sealed key goes by the name in its header, which nobody has authenticated yet; the engine does, before
   * there is an answer.
   * @throws Refusal PERMISSION_DENIED; SEALED_KEY_INVALID
   */
  permit(operation: PolicyOperation, slots: Readonly<Record<string, KeyChoice | SlotNames>>): void {
    const names = () =>
      Object.fromEntries(Object.entries(slots).map(([slot, choice]) => [slot, isChoice(choice) ? nameOf(choice) : choice]));
    try {
      this.#call.permission.require(operation, names);
    } catch (error) {
      if (error instanceof Refusal && error.reason === "PERMISSION_DENIED") this.#noteNames(Object.values(names()).flat());
      throw error;
    }
  }

  /**
   * Finds the key; of a name without a version, the newest that is active. An empty KSN is none. The header is not authenticated here: the engine does that before it uses the key.
   * @throws Refusal KEY_NOT_FOUND, KEY_RECORD_CORRUPT, SEALED_KEY_INVALID, each with the field of the reference
   */
  async take(choice: KeyChoice, ksn?: Buffer): Promise<CommandKey> {
    const { header, sealedKey } = await this.#resolve(choice).catch((error: unknown) => {
      if (choice.kind === "registered") this.#noteNames([choice.name], choice.version);
      throw error;
    });
    this.#call.usedKeys.push(auditedKeyOf(header));
    const key: CommandKey = ksn === undefined || ksn.length === 0 ? { sealedKey } : { sealedKey, ksn };
    this.#choices.push(choice);
    if (choice.kind === "registered") this.#registered.add(sealedKey);
    this.#headers.set(sealedKey, header);
    if (this.#lives !== undefined) {
      const life = await lifeOfKey(choice, header, this.#register, this.#lives);
      this.#known.set(sealedKey, { life, field: choice.field });
    }
    return key;
  }

  /**
   * Refuses a command that wants of a key what its life does not permit.
   * @param now seconds since 1970
   * @throws Refusal KEY_NOT_ACTIVE, KEY_RECORD_CORRUPT
   */
  admitLives(command: EngineCommand, now: number): void {
    if (this.#lives === undefined) return;
    for (const { key, use } of usesOf(command, this.headerOf)) {
      const known = this.#known.get(key.sealedKey);
      if (known !== undefined) admitUse(known.life, use, known.field, now);
    }
  }

  /** Where a key that `take` gave stands in its life, if that is known. */
  lifeOf(key: CommandKey): KeyLife | undefined {
    return lifeOf(this.#known.get(key.sealedKey)?.life);
  }

  /** Whether the register gave a key that `take` gave. */
  isRegistered(key: CommandKey): boolean {
    return this.#registered.has(key.sealedKey);
  }

  /** The header of a key that `take` gave. */
  readonly headerOf = (key: CommandKey): KeyHeader => {
    const header = this.#headers.get(key.sealedKey);
    if (header === undefined) throw new Error("a command holds a key that is not of its request");
    return header;
  };

  /** What the answer says of a key that `take` gave. */
  usedKey(key: CommandKey): UsedKey {
    const { name, version, checkValue } = this.headerOf(key);
    return { name, version, checkValue: checkValue.value.toString("hex").toUpperCase() };
  }

  /**
   * The refusal for what the engine refused. A seal that does not hold is the caller's fault for a key the caller sent, and ours
   * for one out of the register.
   */
  refusalOf({ reason, field, requirement }: RefusedOutcome): Refusal {
    const details = { ...(field !== undefined && { field }), ...(requirement !== undefined && { requirement }) };
    const ours = reason === "SEALED_KEY_INVALID" && this.#isRegistered(field);
    return new Refusal(ours ? "KEY_RECORD_CORRUPT" : reason, details);
  }

  #isRegistered(field: string | undefined): boolean {
    const atFault = this.#choices.filter((choice) => choice.field === field);
    return (atFault.length > 0 ? atFault : this.#choices).every(({ kind }) => kind === "registered");
  }

  /** Of keys that were not looked up, or not found. */
  #noteNames(names: readonly string[], version = 0): void {
    this.#call.usedKeys.push(...names.map((name) => ({ name, version, checkValue: "" })));
  }

  async #find(name: string, version: number | undefined): Promise<KeyRecord> {
    const record = await this.#register.get(name, version);
    return version === undefined && this.#lives !== undefined ? newestActive(record, this.#register, this.#lives) : record;
  }

  async #resolve(choice: KeyChoice): Promise<{ readonly header: KeyHeader; readonly sealedKey: Buffer }> {
    try {
      if (choice.kind === "registered") return await this.#find(choice.name, choice.version);
      // What officers decided about it stands in the register.
      this.#register.ensureSound();
      return { header: parseSealedKey(choice.sealedKey).header, sealedKey: choice.sealedKey };
    } catch (error) {
      if (error instanceof Refusal) throw new Refusal(error.reason, { field: choice.field, cause: error.cause });
      throw error;
    }
  }
}

function isChoice(choice: KeyChoice | SlotNames): choice is KeyChoice {
  return typeof choice === "object" && "kind" in choice;
}

function nameOf(choice: KeyChoice): string {
  if (choice.kind === "registered") return choice.name;
  try {
    return parseSealedKey(choice.sealedKey).header.name;
  } catch (error) {
    if (error instanceof Refusal) throw new Refusal(error.reason, { field: choice.field, cause: error.cause });
    throw error;
  }
}
