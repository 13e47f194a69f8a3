import type { AuthorizeResponse } from "../../src/gen/pinmac/v1/authorization.js";
import type { TranslatePinResponse } from "../../src/gen/pinmac/v1/pin.js";
import { TRANSLATED_PIN_BLOCK } from "../stage/fixture.js";
import { OUTBOUND_MAC } from "./requests.js";

// A wrong answer is not worth measuring.

/** @throws Error when it is another PIN block than it must be */
export function checkTranslation({ pinBlock }: TranslatePinResponse): void {
  if (!pinBlock.equals(TRANSLATED_PIN_BLOCK)) throw new Error("The server translated wrongly.");
}

/** @throws Error when a step's result is another than it must be */
export function checkAuthorization(answer: AuthorizeResponse, steps: "translate" | "authorize"): void {
  const { translatePin, generateMac } = answer;
  const isRight =
    translatePin?.pinBlock.equals(TRANSLATED_PIN_BLOCK) && (steps === "translate" || generateMac?.mac.equals(OUTBOUND_MAC));
  if (!isRight) throw new Error("The server answered wrongly.");
}
