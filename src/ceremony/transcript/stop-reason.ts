import { REASONS } from "../../base/index.js";
import { TOKEN_INITIALIZATION_ERRORS } from "../../hsm/token-initialization-error.js";
import { TOKEN_START_ERRORS } from "../../hsm/token-start-error.js";
import { OFFICER_ERRORS } from "../../officers/index.js";
import { COMPONENT_FAULTS } from "../components/component-fault.js";

/** Why a step was refused, or a ceremony ended before its end: the closed list, with its sentences. */
export const STOP_REASONS = {
  interrupted: "It was ended with Ctrl-C.",
  signalled: "The process was told to end.",
  terminalLost: "The terminal was lost.",
  idle: "Nobody answered.",
  triesExhausted: "The third entry was wrong, too.",
  planNotConfirmed: "The plan was not confirmed.",
  officerRefused: "The officer could not show who they are.",
  wrongOfficer: "The key is not that of the officer whose step it is.",
  entryRefused: "What was entered was refused.",
  checkValueDiffers: "The check value is not the expected one.",
  attributesDiffer: "What the token holds is not what was asked for.",
  approvalRefused: "An officer did not sign.",
  tokenFailed: "The token failed.",
  tokenRefused: "The token is not as the plan says.",
  registerRefused: "The register did not take the key.",
  fileFailed: "A file could not be written.",
  printerFailed: "The printer did not take the whole paper.",
  defect: "A defect of pinmac.",
} as const;
export type StopReason = keyof typeof STOP_REASONS;

/** What may be said beside the reason: the codes of pinmac's own errors. */
export const STOP_CODES: ReadonlySet<string> = new Set([
  ...Object.keys(REASONS),
  ...Object.keys(OFFICER_ERRORS),
  ...Object.keys(COMPONENT_FAULTS),
  ...Object.keys(TOKEN_START_ERRORS),
  ...Object.keys(TOKEN_INITIALIZATION_ERRORS),
]);
