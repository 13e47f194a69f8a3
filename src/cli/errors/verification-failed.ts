/** Something that was checked is not as it should be: exit code 4. */
export class VerificationFailed extends Error {
  override readonly name = "VerificationFailed";

  /** @param findings sentences for the operator, each on its own line */
  constructor(...findings: readonly string[]) {
    super(findings.join("\n"));
  }
}
