import { createPrivateKey, X509Certificate } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { LEAVES, RENEW_DAYS } from "./certificate-profile.js";
import { type IssuedCertificate, issueAuthority, issueLeaf } from "./issue-certificate.js";

const AUTHORITY = "ca";
const DAY_MS = 86_400_000;

/**
 * Makes what is missing, does not fit, or soon expires: ca, server, switch and operator, each a .crt and a .key (mode 0600).
 * A new authority means new certificates.
 * @returns the names of what was made
 */
export function makeCertificates(folder: string, now: Date): readonly string[] {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const made: string[] = [];
  const keep = (name: string, current: IssuedCertificate | undefined, issue: () => IssuedCertificate) => {
    if (current !== undefined) return current;
    made.push(name);
    return save(folder, name, issue());
  };
  const authority = keep(AUTHORITY, loadCurrent(folder, AUTHORITY, now), () => issueAuthority(now));
  for (const leaf of LEAVES) {
    keep(leaf.name, loadCurrent(folder, leaf.name, now, authority), () => issueLeaf(authority, leaf, now));
  }
  return made;
}

/** A pair that fits together, stems from the authority, and lasts; or nothing. */
function loadCurrent(folder: string, name: string, now: Date, authority?: IssuedCertificate): IssuedCertificate | undefined {
  const files = { certificate: join(folder, `${name}.crt`), privateKey: join(folder, `${name}.key`) };
  if (!existsSync(files.certificate) || !existsSync(files.privateKey)) return undefined;
  const pair = { certificate: readFileSync(files.certificate, "utf8"), privateKey: readFileSync(files.privateKey, "utf8") };
  return isUsable(pair, now, authority ?? pair) ? pair : undefined;
}

function isUsable(pair: IssuedCertificate, now: Date, authority: IssuedCertificate): boolean {
  try {
    const certificate = new X509Certificate(pair.certificate);
    const daysLeft = (Date.parse(certificate.validTo) - now.getTime()) / DAY_MS;
    return (
      daysLeft > RENEW_DAYS &&
      certificate.checkPrivateKey(createPrivateKey(pair.privateKey)) &&
      certificate.verify(new X509Certificate(authority.certificate).publicKey)
    );
  } catch {
    // Not a certificate or not a key: half a file of a run that was cut off.
    return false;
  }
}

function save(folder: string, name: string, issued: IssuedCertificate): IssuedCertificate {
  replaceFile(join(folder, `${name}.key`), issued.privateKey, 0o600);
  replaceFile(join(folder, `${name}.crt`), issued.certificate, 0o644);
  return issued;
}

function replaceFile(path: string, content: string, mode: number): void {
  const temporary = `${path}.new`;
  writeFileSync(temporary, content, { mode });
  renameSync(temporary, path);
}
