import type { RecordFault } from "./journal/index.js";
import { initialKeySubjectName } from "./journal/index.js";

/** Records that a verification found not to be what was registered: they are refused, and nothing older in their place. */
export class CondemnedRecords {
  /** Versions by name. */
  readonly #keys = new Map<string, Set<number>>();
  readonly #initialKeys = new Set<string>();
  /** Ids of keys. */
  readonly #states = new Set<string>();
  /** In hex. */
  readonly #digests = new Set<string>();

  add(faults: readonly RecordFault[]): void {
    for (const { subject } of faults) {
      if (subject.kind === "initialKey") this.#initialKeys.add(subject.name);
      if (subject.kind === "keyState") this.#states.add(subject.name.slice(0, subject.name.indexOf("/")));
      if (subject.kind === "keyDigest" || subject.kind === "keptKey") this.#digests.add(subject.name);
      if (subject.kind === "key") this.#addKey(subject.name);
    }
  }

  /**
   * Whether the key must not be used.
   * @param isNewest the caller named no version: then a condemned later one, which may be gone, condemns this one too
   */
  hasKey(name: string, version: number, isNewest: boolean): boolean {
    const versions = this.#keys.get(name);
    if (versions === undefined) return false;
    return versions.has(version) || (isNewest && [...versions].some((condemned) => condemned > version));
  }

  /** Whether a key of that name is condemned at all. */
  hasName(name: string): boolean {
    return this.#keys.has(name);
  }

  /** Whether a record of the key's state is not what officers signed, or is gone. */
  hasState(keyId: string): boolean {
    return this.#states.has(keyId);
  }

  hasInitialKey(bdkId: string, initialKeyId: Buffer): boolean {
    return this.#initialKeys.has(initialKeySubjectName(bdkId, initialKeyId));
  }

  /** Whether a note of who has the key with that digest does not hold, or is gone: it may be anyone's. */
  hasDigest(digest: Buffer): boolean {
    return this.#digests.has(digest.toString("hex"));
  }

  #addKey(subject: string): void {
    const at = subject.lastIndexOf("@");
    const name = subject.slice(0, at);
    const versions = this.#keys.get(name) ?? new Set<number>();
    versions.add(Number(subject.slice(at + 1)));
    this.#keys.set(name, versions);
  }
}
