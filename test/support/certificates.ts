import { generateKeyPairSync } from "node:crypto";
import forge from "node-forge";

/** A certificate and its private key, both PEM. */
export interface TestCertificate {
  readonly certificate: Buffer;
  readonly privateKey: Buffer;
}

/** A certification authority made for one test run. */
export interface TestAuthority {
  /** The authority's own certificate, PEM. */
  readonly certificate: Buffer;
  /** A certificate for a server on localhost and 127.0.0.1. */
  issueServer(): TestCertificate;
  /** A certificate for a client with that common name, and with a URI as alternative name if one is given. */
  issueClient(commonName: string, uri?: string): TestCertificate;
}

const IP_ADDRESS = 7;
const DNS_NAME = 2;
const URI = 6;
const HOUR_MS = 3_600_000;

/** Makes an authority with a fresh RSA-2048 key. */
export function createTestAuthority(commonName = "pinmac test authority"): TestAuthority {
  const keys = createKeys();
  const subject = [{ name: "commonName", value: commonName }];
  const certificate = createCertificate(keys.publicKey, subject, subject, [
    { name: "basicConstraints", cA: true, critical: true },
    { name: "keyUsage", keyCertSign: true, cRLSign: true, critical: true },
  ]);
  certificate.sign(keys.privateKey, forge.md.sha256.create());

  function issue(name: string, extensions: readonly Record<string, unknown>[]): TestCertificate {
    const own = createKeys();
    const issued = createCertificate(own.publicKey, [{ name: "commonName", value: name }], subject, [
      { name: "basicConstraints", cA: false, critical: true },
      ...extensions,
    ]);
    issued.sign(keys.privateKey, forge.md.sha256.create());
    return { certificate: Buffer.from(forge.pki.certificateToPem(issued)), privateKey: Buffer.from(own.pem) };
  }

  return {
    certificate: Buffer.from(forge.pki.certificateToPem(certificate)),
    issueServer: () =>
      issue("pinmac test server", [
        { name: "extKeyUsage", serverAuth: true },
        {
          name: "subjectAltName",
          altNames: [
            { type: DNS_NAME, value: "localhost" },
            { type: IP_ADDRESS, ip: "127.0.0.1" },
          ],
        },
      ]),
    issueClient: (name, uri) =>
      issue(name, [
        { name: "extKeyUsage", clientAuth: true },
        ...(uri === undefined ? [] : [{ name: "subjectAltName", altNames: [{ type: URI, value: uri }] }]),
      ]),
  };
}

interface ForgeKeys {
  readonly pem: string;
  readonly publicKey: forge.pki.rsa.PublicKey;
  readonly privateKey: forge.pki.rsa.PrivateKey;
}

/** node:crypto makes RSA keys a hundred times faster than forge does. */
function createKeys(): ForgeKeys {
  const { publicKey, privateKey } = generateKeyPairSync("rsa", {
    modulusLength: 2048,
    publicKeyEncoding: { type: "spki", format: "pem" },
    privateKeyEncoding: { type: "pkcs8", format: "pem" },
  });
  return {
    pem: privateKey,
    publicKey: forge.pki.publicKeyFromPem(publicKey),
    privateKey: forge.pki.privateKeyFromPem(privateKey),
  };
}

function createCertificate(
  publicKey: forge.pki.rsa.PublicKey,
  subject: forge.pki.CertificateField[],
  issuer: forge.pki.CertificateField[],
  extensions: readonly Record<string, unknown>[],
): forge.pki.Certificate {
  const certificate = forge.pki.createCertificate();
  certificate.publicKey = publicKey;
  certificate.serialNumber = `01${forge.util.bytesToHex(forge.random.getBytesSync(15))}`;
  certificate.validity.notBefore = new Date(Date.now() - HOUR_MS);
  certificate.validity.notAfter = new Date(Date.now() + 24 * HOUR_MS);
  certificate.setSubject(subject);
  certificate.setIssuer(issuer);
  certificate.setExtensions([...extensions]);
  return certificate;
}
