import type { GenerateSessionKeysCommand, GenerateSessionKeysOutcome, MadeSessionKey } from "../../engine/commands/command.js";
import type { SessionKey, SignOnRequest, SignOnResponse } from "../../gen/pinmac/v1/terminal.js";
import type { CallContext, Handler } from "../calls/index.js";
import { requireOperation } from "../operations.js";
import { type Custody, type ParsedSignOn, parseSignOn } from "../parse/index.js";
import { RequestKeys } from "../request-keys.js";
import { draftSessionKeys } from "../session-keys.js";
import { executeAdmitted, type HandlerDependencies } from "./execute.js";
import { keepKeys } from "./keep-keys.js";

const NONE = Buffer.alloc(0);

/** TerminalService.SignOn. Every call makes new keys; registered ones are there all together or not at all. */
export function signOnHandler(dependencies: HandlerDependencies): Handler<SignOnRequest, SignOnResponse> {
  return async (request, call) => {
    requireOperation(dependencies.operations, "signOn");
    const keys = new RequestKeys(dependencies, call);
    const parsed = await parseSignOn(request, keys);
    const command = await commandOf(parsed, keys, dependencies);
    const outcome = await executeAdmitted(command, "generateSessionKeys", keys, call, dependencies);
    const sessionKeys = await keepSessionKeys(outcome, parsed.custody, dependencies, call);
    return {
      field62: outcome.field62 ?? NONE,
      ...sessionKeys,
      terminalMasterKey: keys.usedKey(command.terminalMasterKey),
    };
  };
}

async function commandOf(
  { terminalMasterKey, delivery, namePrefix }: ParsedSignOn,
  keys: RequestKeys,
  { register, environment }: HandlerDependencies,
): Promise<GenerateSessionKeysCommand> {
  const { owner } = keys.headerOf(terminalMasterKey);
  return {
    kind: "generateSessionKeys",
    terminalMasterKey,
    delivery: delivery.kind === "unionPay" ? delivery : { kind: "keyBlocks" },
    drafts: await draftSessionKeys(delivery, namePrefix, { owner, environment }, register),
  };
}

async function keepSessionKeys(
  { pin, mac, data }: GenerateSessionKeysOutcome,
  custody: Custody,
  dependencies: HandlerDependencies,
  call: CallContext,
): Promise<Pick<SignOnResponse, "pinKey" | "macKey" | "dataKey">> {
  const made = data === undefined ? [pin, mac] : [pin, mac, data];
  const kept = await keepKeys(
    made.map(({ sealedKey }) => sealedKey),
    custody,
    dependencies,
    call,
  );
  const [pinKey, macKey, dataKey] = kept.map((key, index): SessionKey => ({ ...key, keyBlock: blockOf(made[index]) }));
  return { pinKey, macKey, dataKey };
}

function blockOf(made: MadeSessionKey | undefined): string {
  return made?.keyBlock?.toString("latin1") ?? "";
}
