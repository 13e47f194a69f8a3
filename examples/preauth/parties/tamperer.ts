import { authenticatedPart, macOf, packMessage, unpackMessage } from "../messages/index.js";
import { exchange, type Listener, listenOn } from "../wire/index.js";
import type { Journal } from "./journal.js";
import { describeMoney, formatAmount } from "./money.js";
import type { TerminalLine } from "./terminal-lines.js";

/**
 * Someone who sits on the line between a terminal and the switch, multiplies the amount of what passes by ten and leaves the MAC
 * as it was. Answers pass unchanged.
 */
export function tamperWith(line: TerminalLine, switchPort: number, journal: Journal): Promise<Listener> {
  return listenOn(async (message) => {
    const fields = unpackMessage(line.dialect, message);
    const [amount, currency] = [fields[4] ?? "", fields[49] ?? ""];
    const raised = formatAmount({ minorUnits: 10 * Number(amount), currency });
    journal.remark(
      "on the line",
      `amount changed from ${describeMoney(amount, currency)} to ${describeMoney(raised, currency)}`,
    );
    const altered = packMessage(line.dialect, { ...fields, 4: raised });
    return exchange(switchPort, Buffer.concat([authenticatedPart(altered), macOf(message)]));
  });
}
