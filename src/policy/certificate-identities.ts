import { X509Certificate } from "node:crypto";
import { parseCertificateSubject } from "./distinguished-name.js";
import { ANONYMOUS, type Caller, dnsIdentity, type Identity, subjectIdentity, uriIdentity } from "./identity.js";

/** One subject alternative name, its quoting resolved. */
export interface AlternativeName {
  /** As Node calls it: `URI`, `DNS`, `IP Address`, `DirName`, … */
  readonly kind: string;
  readonly value: string;
}

/**
 * What Node writes: names separated by a comma and a blank. A value with a comma, quote, backslash or control character is a JSON
 * string, so that a name with `, URI:…` inside is never two names.
 */
const ALTERNATIVE_NAME =
  /([A-Za-z][A-Za-z ]*):("(?:[^"\\\p{Cc}]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"|[^"',\\\p{Cc}]*)(?:(, )|$)/uy;

/**
 * Takes apart `subjectaltname` of a peer certificate, or `subjectAltName` of an X509Certificate. Gives nothing at all when any part of
 * the text is not as Node writes it: a name that cannot be told apart from its neighbour proves nothing.
 */
export function parseAlternativeNames(text: string): readonly AlternativeName[] | undefined {
  const names: AlternativeName[] = [];
  for (let offset = 0; ; ) {
    ALTERNATIVE_NAME.lastIndex = offset;
    const [whole, kind = "", value = "", separator] = ALTERNATIVE_NAME.exec(text) ?? [];
    if (whole === undefined) return undefined;
    names.push({ kind, value: value.startsWith('"') ? String(JSON.parse(value)) : value });
    if (separator === undefined) return names;
    offset += whole.length;
  }
}

/** Every identity of a certificate, from the texts that Node's X509Certificate has of it. */
export function identitiesOfNames(names: {
  readonly subject?: string | undefined;
  readonly subjectAltName?: string | undefined;
}): Caller {
  const alternatives = names.subjectAltName === undefined ? [] : (parseAlternativeNames(names.subjectAltName) ?? []);
  const subject = names.subject === undefined ? undefined : parseCertificateSubject(names.subject);
  return [...alternatives.flatMap(identityOfAlternative), ...(subject === undefined ? [] : [subjectIdentity(subject)])];
}

function identityOfAlternative({ kind, value }: AlternativeName): Identity[] {
  if (kind === "URI") return [uriIdentity(value)];
  return kind === "DNS" ? [dnsIdentity(value)] : [];
}

/**
 * Who the holder of a certificate is. The certificate must have been verified before: nothing of that is done here.
 * @param certificate DER or PEM: `raw` of what `getPeerCertificate` gives
 */
export function identitiesOfCertificate(certificate: Buffer): Caller {
  return identitiesOfNames(new X509Certificate(certificate));
}

/** The peer certificate's part that matters, as Node and the authentication context of a call have it. */
export interface PeerCertificateShape {
  readonly raw?: Buffer;
  readonly fingerprint256?: string;
}

/** Callers by their certificate: a certificate is taken apart once, not at every call. */
export class CallerDirectory {
  readonly #callers = new Map<string, Caller>();
  readonly #capacity: number;

  /** @param capacity certificates kept; the oldest goes first */
  constructor(capacity = 1_024) {
    this.#capacity = capacity;
  }

  /** Who calls; without a certificate the anonymous caller, whom no policy permits anything unless it says so. */
  callerOf(certificate: PeerCertificateShape | undefined): Caller {
    if (certificate === undefined) return [ANONYMOUS];
    const { raw, fingerprint256 } = certificate;
    // Node gives an empty object for TLS without a client certificate.
    if (raw === undefined || fingerprint256 === undefined) return [];
    const known = this.#callers.get(fingerprint256);
    if (known !== undefined) return known;
    const caller = identitiesOfCertificate(raw);
    if (this.#callers.size >= this.#capacity) {
      const [oldest] = this.#callers.keys();
      if (oldest !== undefined) this.#callers.delete(oldest);
    }
    this.#callers.set(fingerprint256, caller);
    return caller;
  }
}
