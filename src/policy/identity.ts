import { type DistinguishedName, formatDistinguishedName, parseDistinguishedName } from "./distinguished-name.js";

/** What a caller is known by. */
export interface Identity {
  readonly kind: "uri" | "dns" | "subject" | "anonymous";
  /** Two identities are the same when their keys are. */
  readonly key: string;
  /** For people: as a policy would write it. */
  readonly text: string;
}

/** Every identity that one certificate proves; a caller may do what any of them may. Empty: may do nothing. */
export type Caller = readonly Identity[];

/** The caller without a certificate: insecure loopback, which is for development only. */
export const ANONYMOUS: Identity = { kind: "anonymous", key: "anonymous", text: "anonymous" };

/** Compared byte for byte: what normalizes a URI differently from the authority that checked it opens a gap. */
export function uriIdentity(uri: string): Identity {
  return { kind: "uri", key: `uri:${uri}`, text: `uri:${uri}` };
}

/** Compared without regard to case (RFC 4343). */
export function dnsIdentity(name: string): Identity {
  const text = `dns:${name.replace(/[A-Z]/g, (letter) => letter.toLowerCase())}`;
  return { kind: "dns", key: text, text };
}

/** Compared attribute for attribute, in order, types without and values with regard to case. */
export function subjectIdentity(name: DistinguishedName): Identity {
  return { kind: "subject", key: `subject:${JSON.stringify(name)}`, text: `subject:${formatDistinguishedName(name)}` };
}

/** Visible ASCII, with a scheme. */
const URI = /^[A-Za-z][A-Za-z0-9+.-]*:[!-~]+$/;
/** RFC 1123 without wildcards. */
const DNS_NAME =
  /^(?=.{1,253}$)[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?(?:\.[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?)*$/;

const PARSERS: Readonly<Record<string, (value: string) => Identity | undefined>> = {
  uri: (value) => (URI.test(value) ? uriIdentity(value) : undefined),
  dns: (value) => (DNS_NAME.test(value) ? dnsIdentity(value) : undefined),
  subject: (value) => {
    const name = parseDistinguishedName(value);
    return name && subjectIdentity(name);
  },
};

/**
 * Takes an identity as a policy writes it: `uri:spiffe://bank/switch-1`, `dns:switch.example`, `subject:CN=switch,O=Bank` or
 * `anonymous`. Gives nothing for anything else; there are no wildcards.
 */
export function parseIdentity(text: string): Identity | undefined {
  if (text === ANONYMOUS.text) return ANONYMOUS;
  const [, kind = "", value = ""] = /^(uri|dns|subject):(.*)$/s.exec(text) ?? [];
  return PARSERS[kind]?.(value);
}
