import { randomInt } from "node:crypto";
import type { Fields } from "../messages/index.js";

/** How far a completion may exceed its pre-authorization: the 115 % that UnionPay's rules give. */
const TOLERANCE = 1.15;

interface OpenAuthorization {
  readonly authorizationCode: string;
  readonly amount: number;
}

/** The issuer's memory of open authorizations: one completion each. */
export class AuthorizationBook {
  readonly #open = new Map<string, OpenAuthorization>();

  /** Notes a pre-authorization. Returns its authorization code, six digits. */
  reserve(request: Fields): string {
    const authorizationCode = String(randomInt(1_000_000)).padStart(6, "0");
    this.#open.set(identify(request, authorizationCode, `${request[11]}${request[13]}`), {
      authorizationCode,
      amount: Number(request[4]),
    });
    return authorizationCode;
  }

  /** Finds by PAN, terminal, authorization code (field 38), trace number and date (field 61, after the batch), and closes. */
  complete(request: Fields): OpenAuthorization | "unknown" | "exceeded" {
    const key = identify(request, request[38] ?? "", (request[61] ?? "").slice(6));
    const found = this.#open.get(key);
    if (found === undefined) return "unknown";
    if (Number(request[4]) > found.amount * TOLERANCE) return "exceeded";
    this.#open.delete(key);
    return found;
  }
}

function identify(request: Fields, authorizationCode: string, traceAndDate: string): string {
  return [request[2], request[41], authorizationCode, traceAndDate].join("|");
}
