import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  formatDistinguishedName,
  parseCertificateSubject,
  parseDistinguishedName,
} from "../../src/policy/distinguished-name.js";
import {
  ANONYMOUS,
  CallerDirectory,
  identitiesOfCertificate,
  identitiesOfNames,
  parseAlternativeNames,
  parseIdentity,
} from "../../src/policy/index.js";
import { createTestAuthority } from "../support/certificates.js";

const keyOf = (text: string) => parseIdentity(text)?.key;
const textsOf = (subjectAltName: string) => identitiesOfNames({ subjectAltName }).map(({ text }) => text);

describe("an identity in a policy", () => {
  it.each([
    "",
    "switch",
    "uri:",
    "uri:no-scheme",
    "uri:a:b c",
    "uri:a:ü",
    "dns:",
    "dns:*.example",
    "dns:a..b",
    "dns:-a",
    "dns:a\n",
    "email:a@b",
  ])("is not %j", (text) => expect(parseIdentity(text)).toBeUndefined());

  it.each([
    "subject:",
    "subject:CN",
    "subject:CN=a,",
    "subject:CN=a;O=b",
    "subject:CN=#04",
    'subject:CN="a"',
    "subject:CN=\\ff",
    "subject:CN=a\nO=b",
  ])("is not %j", (text) => expect(parseIdentity(text)).toBeUndefined());

  it("is compared as what it is", () => {
    expect(keyOf("dns:A.example")).toBe(keyOf("dns:a.EXAMPLE"));
    expect(keyOf("uri:a:B")).not.toBe(keyOf("uri:a:b"));
    expect(keyOf("subject:cn=a, O=b")).toBe(keyOf("subject:CN=a,O=b"));
    expect(keyOf("subject:CN=a,O=b")).not.toBe(keyOf("subject:O=b,CN=a"));
    expect(keyOf("subject:CN=a,O=b")).not.toBe(keyOf("subject:CN=a,O=b,C=c"));
    expect(keyOf("subject:CN=a+O=b")).toBe(keyOf("subject:O=b+CN=a"));
    expect(keyOf("subject:CN=a+O=b")).not.toBe(keyOf("subject:CN=a,O=b"));
    expect(keyOf("subject:CN=a\\,O=b")).not.toBe(keyOf("subject:CN=a,O=b"));
    expect(keyOf("subject:CN=a\\2CO=b")).toBe(keyOf("subject:CN=a\\,O=b"));
    expect(keyOf("subject:CN=switch")).not.toBe(keyOf("subject:CN=switch-2"));
  });
});

describe("a distinguished name", () => {
  const value = fc.string({ unit: "binary", maxLength: 12 });
  const name = fc.array(
    fc.tuple(fc.constantFrom("CN", "O", "OU", "2.5.4.97"), value).map((attribute) => [attribute]),
    { minLength: 1, maxLength: 4 },
  );

  it("is read as it was written, whatever is in it", () => {
    fc.assert(
      fc.property(name, (parts) => {
        expect(parseDistinguishedName(formatDistinguishedName(parts as never))).toEqual(parts);
      }),
    );
  });

  it("is the same from a certificate, in the other order", () => {
    expect(parseCertificateSubject("C=DE\nO=Bank\\, Inc.\nCN=a + OU=b")).toEqual(
      parseDistinguishedName("CN=a+OU=b,O=Bank\\, Inc.,C=DE"),
    );
  });
});

describe("alternative names", () => {
  it("are read as Node writes them", () => {
    expect(parseAlternativeNames('DNS:a.example, URI:spiffe://bank/a, IP Address:127.0.0.1, URI:"x:a, URI:x:b"')).toEqual([
      { kind: "DNS", value: "a.example" },
      { kind: "URI", value: "spiffe://bank/a" },
      { kind: "IP Address", value: "127.0.0.1" },
      { kind: "URI", value: "x:a, URI:x:b" },
    ]);
  });

  it.each(["", "URI:a,URI:b", "URI:a, ", 'URI:"a', 'URI:"a"b', "URI:a\\b", "URI:'a'", 'URI:a"b"', "no name", "URI:a\nURI:b"])(
    "prove nothing when they are written otherwise: %j",
    (text) => {
      expect(parseAlternativeNames(text)).toBeUndefined();
      expect(textsOf(text)).toEqual([]);
    },
  );

  it("are not more names than there are, whatever they hold", () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: "grapheme-ascii" }), { minLength: 1, maxLength: 4 }), (values) => {
        const written = values.map((value) => `URI:${/[",'\\]/.test(value) ? JSON.stringify(value) : value}`).join(", ");
        expect(parseAlternativeNames(written)).toEqual(values.map((value) => ({ kind: "URI", value })));
      }),
    );
  });

  it("of other kinds are no identities, and a wildcard certificate is no host", () => {
    expect(textsOf("IP Address:127.0.0.1, email:a@b, othername:<unsupported>")).toEqual([]);
    const [wildcard] = identitiesOfNames({ subjectAltName: "DNS:*.example" });
    expect(wildcard?.key).not.toBe(keyOf("dns:a.example"));
  });
});

describe("a certificate", () => {
  const authority = createTestAuthority();

  it("has its alternative names and its subject", () => {
    const { certificate } = authority.issueClient("switch", "spiffe://bank/switch-1");
    expect(identitiesOfCertificate(certificate).map(({ key }) => key)).toEqual([
      keyOf("uri:spiffe://bank/switch-1"),
      keyOf("subject:CN=switch"),
    ]);
  });

  it("cannot forge a second name with a comma, a quote or a line end", () => {
    const forged = ["x:a, URI:spiffe://bank/switch-1", 'x:a", URI:"spiffe://bank/switch-1', "x:a\nURI:spiffe://bank/switch-1"];
    for (const uri of forged) {
      const { certificate } = authority.issueClient("a\nO=Bank, CN=switch", uri);
      const caller = identitiesOfCertificate(certificate);
      expect(caller).toHaveLength(2);
      expect(caller[0]?.key).toBe(`uri:${uri}`);
      expect(caller[1]?.key).toBe(keyOf("subject:CN=a\\0aO=Bank\\, CN\\=switch"));
    }
  });

  it("is taken apart once, and the oldest is forgotten first", () => {
    const [one, two] = ["one", "two"].map((name) => ({ raw: authority.issueClient(name).certificate, fingerprint256: name }));
    const directory = new CallerDirectory(1);
    const caller = directory.callerOf(one);
    expect(directory.callerOf(one)).toBe(caller);
    expect(directory.callerOf(two)).not.toEqual(caller);
    expect(directory.callerOf(one)).not.toBe(caller);
    expect(directory.callerOf(one)).toEqual(caller);
  });

  it("that is not there makes an anonymous caller, an empty one nobody", () => {
    expect(new CallerDirectory().callerOf(undefined)).toEqual([ANONYMOUS]);
    expect(new CallerDirectory().callerOf({})).toEqual([]);
  });
});
