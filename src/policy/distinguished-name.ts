/** One attribute of a name: the type in upper case (`CN`, or a dotted OID) and the value with every escape resolved. */
export type NameAttribute = readonly [type: string, value: string];

/** A distinguished name in the order of its certificate; a set of several attributes is sorted. */
export type DistinguishedName = readonly (readonly NameAttribute[])[];

type Separator = "," | "\n";

const ATTRIBUTES: Readonly<Record<Separator, RegExp>> = {
  ",": attributeEndingWith(","),
  "\n": attributeEndingWith("\\n"),
};

/** RFC 4514 section 3, without hex strings (`#…`): a policy that needs one is better off with another identity. */
function attributeEndingWith(separator: string): RegExp {
  const type = "([A-Za-z][A-Za-z0-9-]*|[0-9]+(?:\\.[0-9]+)+)";
  const escaped = '\\\\(?:[ "#+,;<=>\\\\]|[0-9A-Fa-f]{2})';
  const plain = '[^\\\\,+"<>;\\p{Cc}]';
  return new RegExp(` *${type}=((?!#)(?:${plain}|${escaped})*?) *(\\+|${separator}|$)`, "uy");
}

/**
 * Takes a name as RFC 4514 writes it, the last attribute of the certificate first: `CN=switch,O=Bank`, which is what
 * `openssl x509 -noout -subject -nameopt RFC2253` prints. Gives nothing for anything malformed or empty.
 */
export function parseDistinguishedName(text: string): DistinguishedName | undefined {
  return parseName(text, ",")?.toReversed();
}

/** Takes the subject of Node's X509Certificate: one line for each set of attributes, in the order of the certificate. */
export function parseCertificateSubject(text: string): DistinguishedName | undefined {
  return parseName(text, "\n");
}

/** RFC 4514. */
export function formatDistinguishedName(name: DistinguishedName): string {
  const format = ([type, value]: NameAttribute) => `${type}=${escapeValue(value)}`;
  return name
    .toReversed()
    .map((attributes) => attributes.map(format).join("+"))
    .join(",");
}

function parseName(text: string, separator: Separator): DistinguishedName | undefined {
  const pattern = ATTRIBUTES[separator];
  const name: NameAttribute[][] = [[]];
  for (let offset = 0, end = ""; ; ) {
    pattern.lastIndex = offset;
    const [whole, type = "", escaped = "", mark = ""] = pattern.exec(text) ?? [];
    const value = whole === undefined ? undefined : unescapeValue(escaped);
    if (whole === undefined || value === undefined) return undefined;
    if (end === separator) name.push([]);
    name.at(-1)?.push([type.toUpperCase(), value]);
    if (mark === "") return name.map((attributes) => attributes.toSorted(compareAttributes));
    offset += whole.length;
    end = mark;
  }
}

function compareAttributes(one: NameAttribute, other: NameAttribute): number {
  const [left, right] = [JSON.stringify(one), JSON.stringify(other)];
  return left < right ? -1 : Number(left > right);
}

function unescapeValue(escaped: string): string | undefined {
  const pieces = escaped.match(/\\[0-9A-Fa-f]{2}|\\.|[^\\]+/gu) ?? [];
  const bytes = pieces.map((piece) => {
    if (!piece.startsWith("\\")) return Buffer.from(piece);
    return piece.length === 3 ? Buffer.from(piece.slice(1), "hex") : Buffer.from(piece.slice(1));
  });
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(Buffer.concat(bytes));
  } catch {
    return undefined;
  }
}

function escapeValue(value: string): string {
  return value
    .replace(/[\\,+"<>;]/g, "\\$&")
    .replace(/^[ #]/, "\\$&")
    .replace(/ $/, "\\ ")
    .replace(/\p{Cc}/gu, (control) =>
      [...Buffer.from(control)].map((byte) => `\\${byte.toString(16).padStart(2, "0")}`).join(""),
    );
}
