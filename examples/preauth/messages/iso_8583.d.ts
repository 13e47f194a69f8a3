/** The part of the npm package `iso_8583` that the demo uses; the package brings no types. */
declare module "iso_8583" {
  namespace Iso8583 {
    interface FieldFormat {
      readonly ContentType: "a" | "n" | "an" | "ans" | "b";
      readonly Label: string;
      readonly LenType: "fixed" | "llvar" | "lllvar";
      /** In characters; of binary fields in hex digits. */
      readonly MaxLen: number;
    }
    type FieldFormats = Readonly<Record<string, FieldFormat>>;
    interface Failure {
      readonly error: string;
    }
  }

  class Iso8583 {
    constructor(message?: Readonly<Record<string, string>>, customFormats?: Iso8583.FieldFormats);
    getRawMessage(): Buffer | Iso8583.Failure;
    getIsoJSON(bytes: Buffer, config: { readonly lenHeader: boolean }): Record<string, string> | Iso8583.Failure;
  }

  export = Iso8583;
}
