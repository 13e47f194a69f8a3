import type { CallEvent, CallPart, KeyUse } from "../parties/index.js";
import type { ColorsOf } from "./colors.js";
import { milliseconds, spread, TEXT_WIDTH } from "./layout.js";

const WHAT_WIDTH = 29;

function describeKey({ name, version, checkValue }: KeyUse): string {
  return version === undefined ? name : `${name} v${version}, KCV ${checkValue}`;
}

function describePart({ what, keys, result }: CallPart, colors: ColorsOf): readonly string[] {
  return keys.map((key, index) => {
    const label = index === 0 ? what.padEnd(WHAT_WIDTH) : "→ ".padStart(WHAT_WIDTH);
    const ending = result === undefined ? "" : `: ${result}`;
    return `${label}${colors.dim(describeKey(key))}${ending}`;
  });
}

function describeOutcome(call: CallEvent, colors: ColorsOf): readonly string[] {
  if (call.grpcStatus === undefined) {
    return [call.outcome === "MAC_MISMATCH" ? colors.yellow(call.outcome) : colors.green(call.outcome)];
  }
  return [
    `${colors.yellow(call.outcome)} (${call.grpcStatus})`,
    ...(call.requirement === undefined ? [] : [`requirement: ${call.requirement}`]),
    ...(call.field === undefined ? [] : [`field: ${call.field}`]),
  ];
}

/** A call in a few lines: its name and time, what was asked with which keys, how it ended. */
export function describeCall(call: CallEvent, colors: ColorsOf): readonly string[] {
  return [
    spread(call.rpc, milliseconds(call.milliseconds), TEXT_WIDTH),
    ...call.parts.flatMap((part) => describePart(part, colors)),
    ...describeOutcome(call, colors),
  ];
}
