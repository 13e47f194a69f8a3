import { createHmac } from "node:crypto";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { SecretBytes } from "../../src/base/index.js";
import { hmacSha256 } from "../../src/store/index.js";

const secretOf = (bytes: Uint8Array): SecretBytes => SecretBytes.take(Buffer.from(bytes));

describe("hmacSha256", () => {
  it.each([
    // RFC 4231, 4.2, 4.3 and 4.4.
    ["0b".repeat(20), Buffer.from("Hi There"), "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"],
    ["4a656665", "what do ya want for nothing?", "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"],
    ["aa".repeat(20), Buffer.alloc(50, 0xdd), "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe"],
  ])("agrees with RFC 4231 under %s", (key, message, expected) => {
    expect(hmacSha256(secretOf(Buffer.from(key, "hex")), message)).toBe(expected);
  });

  it("is Node's HMAC of the same pieces, whatever they are, and whatever came before", () => {
    const part = fc.oneof(
      fc.string({ unit: "binary" }),
      fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes)),
    );
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1, maxLength: 64 }), fc.array(part, { maxLength: 8 }), (key, parts) => {
        const expected = createHmac("sha256", key);
        for (const piece of parts) expected.update(piece);
        expect(hmacSha256(secretOf(key), ...parts)).toBe(expected.digest("hex"));
      }),
    );
  });

  it.each([8_191, 8_192, 8_193, 100_000])("takes a message of %d bytes", (length) => {
    const message = Buffer.alloc(length, 0xa5);
    const expected = createHmac("sha256", Buffer.alloc(32, 1)).update(message).digest("hex");
    expect(hmacSha256(secretOf(Buffer.alloc(32, 1)), message)).toBe(expected);
  });

  it("leaves the secret as it was, and takes none that a block does not hold", () => {
    const secret = secretOf(Buffer.alloc(32, 7));
    hmacSha256(secret, "message");
    expect(secret.expose()).toEqual(Buffer.alloc(32, 7));
    expect(() => hmacSha256(secretOf(Buffer.alloc(65)), "message")).toThrow(RangeError);
  });
});
