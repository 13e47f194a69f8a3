import { type Caller, keyByName, type PinmacClient, type Refused, readRefusal } from "../pinmac-client/index.js";
import { type BurstResult, burstResult } from "./burst.js";
import { describeAuthorize, describeGenerateMac, describeStream, describeTranslatePin } from "./describe-call.js";
import {
  type Handover,
  type HandoverResult,
  handoverRequest,
  handoverResult,
  type PinTranslation,
  translationRequest,
} from "./handover.js";
import type { CallEvent, Journal } from "./journal.js";
import type { SwitchKey } from "./switch-key.js";

/** What a caller, mostly the switch, has pinmac do to its messages. Each call is written into the journal with keys, outcome and time. */
export class Protection {
  readonly #pinmac: PinmacClient;
  readonly #journal: Journal;
  readonly #caller: Caller;

  /** @param caller whose certificate the client has */
  constructor(pinmac: PinmacClient, journal: Journal, caller: Caller) {
    this.#pinmac = pinmac;
    this.#journal = journal;
    this.#caller = caller;
  }

  /** One round trip: verifies the inbound MAC, translates the PIN block if there is one, makes the outbound MAC. */
  async handOver(handover: Handover): Promise<HandoverResult> {
    const answer = await this.#timed(
      (outcome) => describeAuthorize(handover, outcome),
      () => this.#pinmac.authorize(handoverRequest(handover)),
    );
    return handoverResult(handover, answer);
  }

  /** Many round trips at once, through one stream. The results are in the order of the handovers. */
  async handOverAll(handovers: readonly Handover[]): Promise<BurstResult> {
    const run = await this.#pinmac.authorizeAll(handovers.map(handoverRequest));
    this.#journal.write({ kind: "call", by: this.#caller, ...describeStream(handovers, run) });
    return burstResult(handovers, run);
  }

  /** A PIN translation alone. Returns COMPLETED, or the reason of the refusal. */
  async translate(translation: PinTranslation): Promise<string> {
    const answer = await this.#timed(
      (outcome) => describeTranslatePin(translation, outcome),
      () => this.#pinmac.translatePin(translationRequest(translation)),
    );
    return "reason" in answer ? answer.reason : "COMPLETED";
  }

  /** The MAC of a message that the switch writes by itself. @throws Error when the service refuses */
  async generateMac(key: SwitchKey, covered: Buffer): Promise<Buffer> {
    const request = { key: keyByName(key.name), ksn: key.ksn, message: covered };
    const answer = await this.#timed(
      (outcome) => describeGenerateMac(key, outcome),
      () => this.#pinmac.generateMac(request),
    );
    if ("reason" in answer) throw new Error(`The service made no MAC: ${answer.reason}.`);
    return answer.mac;
  }

  async #timed<Response extends object>(
    describe: (outcome: Response | Refused) => Omit<CallEvent, "kind" | "by" | "milliseconds">,
    call: () => Promise<Response>,
  ): Promise<Response | Refused> {
    const start = performance.now();
    const outcome = await call().catch(readRefusal);
    const milliseconds = performance.now() - start;
    this.#journal.write({ kind: "call", by: this.#caller, ...describe(outcome), milliseconds });
    return outcome;
  }
}
