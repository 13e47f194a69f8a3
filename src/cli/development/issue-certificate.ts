import { generateKeyPairSync, randomBytes } from "node:crypto";
import forge from "node-forge";
import { type LeafProfile, SERVER_NAMES, VALID_DAYS } from "./certificate-profile.js";

const RSA_BITS = 2048;
const SERIAL_BYTES = 16;
const DAY_MS = 86_400_000;
/** Clocks of containers and their hosts differ a little. */
const BACKDATE_MS = 5 * 60_000;

/** Alternative names in the numbers of RFC 5280 4.2.1.6. */
const DNS_NAME = 2;
const URI_NAME = 6;
const IP_ADDRESS = 7;

/** A certificate and its private key, both PEM. */
export interface IssuedCertificate {
  readonly certificate: string;
  readonly privateKey: string;
}

/** A self-signed authority that signs certificates only. */
export function issueAuthority(now: Date): IssuedCertificate {
  const keys = newKeyPair();
  const certificate = newCertificate(keys.public, "pinmac development authority", now);
  certificate.setIssuer(certificate.subject.attributes);
  certificate.setExtensions([
    { name: "basicConstraints", cA: true, pathLenConstraint: 0, critical: true },
    { name: "keyUsage", keyCertSign: true, cRLSign: true, critical: true },
    { name: "subjectKeyIdentifier" },
  ]);
  return sign(certificate, keys, keys.private);
}

/** A server's or client's certificate under the authority. */
export function issueLeaf(authority: IssuedCertificate, profile: LeafProfile, now: Date): IssuedCertificate {
  const issuer = forge.pki.certificateFromPem(authority.certificate);
  const keys = newKeyPair();
  const certificate = newCertificate(keys.public, profile.name, now);
  certificate.setIssuer(issuer.subject.attributes);
  const isServer = profile.purpose === "server";
  certificate.setExtensions([
    { name: "basicConstraints", cA: false, critical: true },
    { name: "keyUsage", digitalSignature: true, keyEncipherment: true, critical: true },
    { name: "extKeyUsage", serverAuth: isServer, clientAuth: !isServer },
    { name: "subjectKeyIdentifier" },
    { name: "authorityKeyIdentifier", keyIdentifier: issuer.generateSubjectKeyIdentifier().getBytes() },
    { name: "subjectAltName", altNames: isServer ? serverNames() : clientNames(profile.name) },
  ]);
  return sign(certificate, keys, forge.pki.privateKeyFromPem(authority.privateKey));
}

function serverNames(): object[] {
  return [
    ...SERVER_NAMES.dns.map((value) => ({ type: DNS_NAME, value })),
    ...SERVER_NAMES.ip.map((ip) => ({ type: IP_ADDRESS, ip })),
  ];
}

function clientNames(name: string): object[] {
  return [{ type: URI_NAME, value: `pinmac:client:${name}` }];
}

interface KeyPair {
  readonly public: forge.pki.rsa.PublicKey;
  readonly private: forge.pki.rsa.PrivateKey;
  readonly privatePem: string;
}

/** From the system's library, which is a hundred times faster at it than node-forge. */
function newKeyPair(): KeyPair {
  const { publicKey, privateKey } = generateKeyPairSync("rsa", {
    modulusLength: RSA_BITS,
    publicKeyEncoding: { type: "spki", format: "pem" },
    privateKeyEncoding: { type: "pkcs1", format: "pem" },
  });
  return {
    public: forge.pki.publicKeyFromPem(publicKey),
    private: forge.pki.privateKeyFromPem(privateKey),
    privatePem: privateKey,
  };
}

function newCertificate(publicKey: forge.pki.rsa.PublicKey, commonName: string, now: Date): forge.pki.Certificate {
  const certificate = forge.pki.createCertificate();
  certificate.publicKey = publicKey;
  // A positive number: the first bit is cleared.
  const serial = randomBytes(SERIAL_BYTES);
  serial[0] = ((serial[0] ?? 0) & 0x7f) | 0x40;
  certificate.serialNumber = serial.toString("hex");
  certificate.validity.notBefore = new Date(now.getTime() - BACKDATE_MS);
  certificate.validity.notAfter = new Date(now.getTime() + VALID_DAYS * DAY_MS);
  certificate.setSubject([{ name: "commonName", value: commonName }]);
  return certificate;
}

function sign(certificate: forge.pki.Certificate, keys: KeyPair, signer: forge.pki.rsa.PrivateKey): IssuedCertificate {
  certificate.sign(signer, forge.md.sha256.create());
  return { certificate: forge.pki.certificateToPem(certificate), privateKey: keys.privatePem };
}
