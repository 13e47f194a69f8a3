/** The response codes (field 39) that occur in the demo. */
export const RESPONSE_CODES = {
  "00": "approved",
  "14": "unknown card",
  "25": "original not found",
  "55": "wrong PIN",
  "61": "exceeds the amount authorized",
  "63": "security violation",
  "81": "PIN cannot be processed",
  "96": "system malfunction",
  A0: "MAC check failed",
} as const;

/** One of them. */
export type ResponseCode = keyof typeof RESPONSE_CODES;
