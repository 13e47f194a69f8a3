import { Refusal } from "../../base/index.js";
import type { HeaderOf } from "../../engine/admission.js";
import type { TranslatePinCommand, VerifyMacCommand, VerifyPinCommand } from "../../engine/commands/command.js";
import { type BudgetKind, type BudgetSubject, budgetKey, type PinBlockUse } from "../../store/budgets/index.js";
import { deviceIdOf, ksnBytesOf } from "./device-ksn.js";
import type { SpendingCommand } from "./request-digest.js";
import type { FailureBooking } from "./spending-options.js";

/** A PIN block of a request, with the PAN it came with. */
type PinStep = Pick<TranslatePinCommand | VerifyPinCommand, "source" | "pan">;

/**
 * The budgets that one request draws on.
 *
 * Under a BDK a device has budgets of its own: whoever sends rubbish for one terminal does not lock out the others, and nothing is learned
 * about one terminal's PIN block by asking with another one's KSN.
 */
export class FailureAccount {
  readonly #booking: FailureBooking;
  readonly #subjects: ReadonlyMap<BudgetKind, BudgetSubject>;
  readonly #pinBlock: PinBlockUse | undefined;
  #recorded: number | undefined;

  /** @param bindsPinBlock whether the PIN block of this request is to be bound to its PAN: where no KSN does it */
  constructor(
    booking: FailureBooking,
    caller: string,
    command: SpendingCommand,
    headerOf: HeaderOf,
    bindsPinBlock: (step: PinStep) => boolean,
  ) {
    this.#booking = booking;
    const subjects = subjectsOf(booking, caller, command, headerOf);
    this.#subjects = new Map(subjects.map((subject) => [subject.kind, subject]));
    const step = pinStepOf(command);
    this.#pinBlock = step !== undefined && bindsPinBlock(step) ? pinBlockUseOf(booking, step, headerOf) : undefined;
  }

  /** @throws Refusal BUDGET_EXHAUSTED; LEDGER_UNAVAILABLE */
  admit(): void {
    const { budgets } = this.#booking;
    this.#recorded = budgets.recorded;
    budgets.admit([...this.#subjects.values()]);
  }

  /**
   * Admits once more, before an answer that is no failure, if anything failed since: of many guesses that were admitted together, none is
   * answered after the last one that the budget allows, right or wrong.
   * @throws as `admit`
   */
  admitAnswer(): void {
    if (this.#booking.budgets.recorded !== this.#recorded) this.admit();
  }

  /** Counts a failure; durable when it resolves. @throws Refusal BUDGET_EXHAUSTED, counted, when there was no budget left; LEDGER_UNAVAILABLE */
  async fail(kind: BudgetKind): Promise<void> {
    const subject = this.#subjects.get(kind);
    if (subject === undefined) return;
    this.#booking.failed?.(kind);
    await this.#booking.budgets.fail([subject]);
  }

  /**
   * Binds the PIN block to its PAN. Done after the engine whatever that said of the block, so that a second PAN always gets the same
   * answer after the same work.
   * @throws Refusal PIN_BLOCK_INVALID, counted, when it is bound to another PAN; as `fail`
   */
  async bindPinBlock(): Promise<void> {
    if (this.#pinBlock === undefined) return;
    if ((await this.#booking.budgets.bindPinBlock(this.#pinBlock)) !== "otherPan") return;
    await this.fail("pinBlock");
    throw new Refusal("PIN_BLOCK_INVALID");
  }
}

function subjectsOf(
  { secret }: FailureBooking,
  caller: string,
  command: SpendingCommand,
  headerOf: HeaderOf,
): readonly BudgetSubject[] {
  const withKey = (kind: BudgetKind, key: PinStep["source"]["key"]): BudgetSubject => {
    const header = headerOf(key);
    return { kind, key: budgetKey(secret, kind, caller, header.id, deviceIdOf(key, header)) };
  };
  const mac = macStepOf(command);
  const pin = pinStepOf(command);
  return [
    ...(mac === undefined ? [] : [withKey("mac", mac.key)]),
    ...(pin === undefined ? [] : [withKey("pinBlock", pin.source.key)]),
    ...(command.kind === "verifyPin" ? [verificationSubject(secret, command, headerOf)] : []),
  ];
}

/** Of the issuer's key and the card, whoever asks: many callers do not give many tries. */
function verificationSubject(
  secret: FailureBooking["secret"],
  { method, pan }: VerifyPinCommand,
  headerOf: HeaderOf,
): BudgetSubject {
  return { kind: "pinVerification", key: budgetKey(secret, "pinVerification", headerOf(method.key).id, pan) };
}

function macStepOf(command: SpendingCommand): VerifyMacCommand | undefined {
  if (command.kind === "verifyMac") return command;
  return command.kind === "authorize" ? command.verifyMac : undefined;
}

function pinStepOf(command: SpendingCommand): PinStep | undefined {
  if (command.kind === "authorize") return command.translatePin;
  return command.kind === "verifyMac" ? undefined : command;
}

function pinBlockUseOf({ secret }: FailureBooking, { source, pan }: PinStep, headerOf: HeaderOf): PinBlockUse {
  const header = headerOf(source.key);
  const pinBlock = budgetKey(secret, "block", header.id, ksnBytesOf(source.key, header), source.pinBlock);
  return { pinBlock, pan: budgetKey(secret, "pan", pinBlock, pan) };
}
