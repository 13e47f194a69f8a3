import { createPrivateKey, type KeyObject, X509Certificate } from "node:crypto";
import { readFileSync, statSync } from "node:fs";
import { describeExposure } from "../../base/index.js";
import type { TlsFiles } from "../config/index.js";

const LEAST_RSA_BITS = 2048;

/**
 * What is wrong with the TLS files, as sentences: missing or unreadable files, a private key that others can read, a certificate that
 * is not valid now, does not match its key or is weak, client authorities that are none.
 */
export function findTlsProblems(tls: TlsFiles, now: Date): string[] {
  const certificate = load(tls.certificate, (pem) => new X509Certificate(pem), "no certificate in PEM");
  const privateKey = load(tls.privateKey, (pem) => createPrivateKey(pem), "no unencrypted private key in PEM");
  const authorities = load(tls.clientAuthorities, readAuthorities, "no certificate of a client authority in PEM");
  return [
    ...[certificate, privateKey, authorities].flatMap((loaded) => (loaded.ok ? [] : [loaded.problem])),
    ...(certificate.ok ? findCertificateProblems(tls.certificate, certificate.value, now) : []),
    ...(privateKey.ok ? findExposure(tls.privateKey) : []),
    ...(certificate.ok && privateKey.ok ? findPairProblems(tls, certificate.value, privateKey.value) : []),
    ...(authorities.ok ? authorities.value.flatMap((one) => findAuthorityProblems(tls.clientAuthorities, one, now)) : []),
  ];
}

type Loaded<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly problem: string };

function load<T>(file: string, parse: (pem: Buffer) => T, fault: string): Loaded<T> {
  let pem: Buffer;
  try {
    pem = readFileSync(file);
  } catch (cause) {
    return { ok: false, problem: `${file}: cannot be read (${(cause as NodeJS.ErrnoException).code ?? "unknown error"}).` };
  }
  try {
    return { ok: true, value: parse(pem) };
  } catch {
    return { ok: false, problem: `${file}: holds ${fault}.` };
  }
}

const PEM_CERTIFICATE = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g;

function readAuthorities(pem: Buffer): readonly X509Certificate[] {
  const found = pem.toString("latin1").match(PEM_CERTIFICATE) ?? [];
  if (found.length === 0) throw new Error("no certificate");
  return found.map((one) => new X509Certificate(one));
}

function findExposure(file: string): string[] {
  const exposure = describeExposure(file, statSync(file));
  return exposure === undefined ? [] : [exposure];
}

function findCertificateProblems(file: string, certificate: X509Certificate, now: Date): string[] {
  return [...findValidityProblems(file, certificate, now), ...findWeakness(file, certificate.publicKey)];
}

function findAuthorityProblems(file: string, certificate: X509Certificate, now: Date): string[] {
  const notAuthority = certificate.ca ? [] : [`${file}: holds a certificate that is no authority's.`];
  return [...notAuthority, ...findCertificateProblems(file, certificate, now)];
}

function findValidityProblems(file: string, certificate: X509Certificate, now: Date): string[] {
  if (Date.parse(certificate.validFrom) > now.getTime()) return [`${file}: is not valid before ${certificate.validFrom}.`];
  if (Date.parse(certificate.validTo) <= now.getTime()) return [`${file}: expired on ${certificate.validTo}.`];
  return [];
}

function findWeakness(file: string, key: KeyObject): string[] {
  const bits = key.asymmetricKeyDetails?.modulusLength;
  const weak = key.asymmetricKeyType === "rsa" && bits !== undefined && bits < LEAST_RSA_BITS;
  return weak ? [`${file}: has an RSA key of ${bits} bits; ${LEAST_RSA_BITS} is the least.`] : [];
}

function findPairProblems(tls: TlsFiles, certificate: X509Certificate, privateKey: KeyObject): string[] {
  return certificate.checkPrivateKey(privateKey) ? [] : [`${tls.certificate}: is not the certificate of ${tls.privateKey}.`];
}
