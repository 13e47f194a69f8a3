import { readFileSync } from "node:fs";
import {
  type Caller,
  identitiesOfCertificate,
  isPolicyOperation,
  OPERATION_SLOTS,
  POLICY_OPERATIONS,
  type PolicyOperation,
  type PolicyRequest,
  parseIdentity,
} from "../../../policy/index.js";
import { ConfigurationError } from "../../errors/index.js";

/** The options that put a question to a policy. */
export interface QuestionOptions {
  readonly identity?: readonly string[];
  readonly certificate?: string;
  readonly operation: string;
  readonly key?: readonly string[];
}

/**
 * Who asks.
 * @throws ConfigurationError
 */
export function callerOfOptions({ identity, certificate }: QuestionOptions): Caller {
  if ((identity === undefined) === (certificate === undefined)) {
    throw new ConfigurationError("Give --identity or --certificate, and not both.");
  }
  if (certificate !== undefined) return callerOfFile(certificate);
  return (identity ?? []).map((text) => {
    const parsed = parseIdentity(text);
    if (parsed === undefined) throw new ConfigurationError(`--identity ${text}: must be uri:…, dns:…, subject:… or anonymous.`);
    return parsed;
  });
}

function callerOfFile(file: string): Caller {
  try {
    return identitiesOfCertificate(readFileSync(file));
  } catch {
    throw new ConfigurationError(`--certificate ${file}: cannot be read as a certificate.`);
  }
}

/**
 * What is asked.
 * @throws ConfigurationError
 */
export function requestOf({ operation, key = [] }: QuestionOptions, caller: Caller, now: number): PolicyRequest {
  if (!isPolicyOperation(operation)) {
    throw new ConfigurationError(`--operation ${operation}: must be one of ${POLICY_OPERATIONS.join(", ")}.`);
  }
  const keys = keysOf(operation, key);
  // The slots are the operation's own: keysOf has seen to it.
  return { caller, operation, keys, now } as unknown as PolicyRequest;
}

function keysOf(operation: PolicyOperation, options: readonly string[]): Readonly<Record<string, readonly string[]>> {
  const slots: readonly string[] = OPERATION_SLOTS[operation];
  const keys = new Map<string, string[]>(slots.map((slot) => [slot, []]));
  for (const option of options) {
    const [slot, name] = slotAndName(option, slots);
    const names = keys.get(slot);
    if (names === undefined || name === "") throw new ConfigurationError(`--key ${option}: must be ${usageOf(slots)}.`);
    names.push(name);
  }
  const missing = slots.filter((slot) => keys.get(slot)?.length === 0);
  if (missing.length > 0) throw new ConfigurationError(`${operation} needs --key ${usageOf(missing)}.`);
  return Object.fromEntries(keys);
}

function slotAndName(option: string, slots: readonly string[]): readonly [slot: string, name: string] {
  const equals = option.indexOf("=");
  if (equals !== -1) return [option.slice(0, equals), option.slice(equals + 1)];
  return slots.length === 1 ? [slots[0] ?? "", option] : ["", option];
}

function usageOf(slots: readonly string[]): string {
  return slots.map((slot) => `${slot}=NAME`).join(" or ");
}
