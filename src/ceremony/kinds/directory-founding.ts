import type { AuditPublicKey, CheckpointSigner } from "../../audit/index.js";
import {
  type Approval,
  appendToOfficerDirectory,
  type DirectoryDraft,
  type Enrolment,
  makeOfficerCard,
  type OfficerCard,
  OfficerDirectory,
  type OfficerName,
  type OfficerSigner,
} from "../../officers/index.js";
import { type MasterKeyPlan, type Participant, participantsOf, ROLE_OF_PART } from "../plan/index.js";
import type { StepDesk, StepFacts } from "../run/ceremony-work.js";
import { signStatement } from "./signed-statement.js";

/**
 * The officers' directory of a token that is being founded: the two key managers vouch for each other, then enrol everybody else who had a part.
 * Nothing is written before `write`.
 */
export class DirectoryFounding {
  readonly #participants: readonly Participant[];
  readonly #cards = new Map<OfficerName, OfficerCard>();
  readonly #lines: string[] = [];
  #directory = OfficerDirectory.EMPTY;
  #founding: { readonly draft: DirectoryDraft; readonly approvals: readonly Approval[] } | undefined;

  constructor(plan: MasterKeyPlan) {
    this.#participants = participantsOf(plan);
  }

  /** Whether the plan has the officer with the key of this fingerprint. */
  isFingerprintOf(name: string, fingerprint: string): boolean {
    return this.#participants.some((participant) => participant.name === name && participant.fingerprint === fingerprint);
  }

  /** Takes the card of an officer who is at the desk. */
  async meet(signer: OfficerSigner): Promise<void> {
    const { name } = signer.officer;
    if (!this.#cards.has(name)) this.#cards.set(name, await makeOfficerCard(signer));
  }

  /** The first key manager signs the founding entry. */
  async found(desk: StepDesk): Promise<StepFacts> {
    const [first, second] = this.#participants;
    const change = { kind: "founded", officers: [this.#enrolmentOf(first), this.#enrolmentOf(second)] } as const;
    const draft = this.#directory.draft(change, Date.now());
    this.#founding = { draft, approvals: await signStatement(desk, OfficerDirectory.statementOf(draft)) };
    const enrolled = change.officers.map(({ card, roles }) => ({
      fact: "enrolled" as const,
      name: card.name,
      roles: [...roles],
    }));
    return [...enrolled, { fact: "directory", entry: 1 }];
  }

  /** The second key manager signs it too; then both enrol the others. */
  async enrol(desk: StepDesk, sealer: CheckpointSigner): Promise<StepFacts> {
    if (this.#founding === undefined) throw new Error("The directory is founded before others are enrolled.");
    const { draft, approvals } = this.#founding;
    const second = await signStatement(desk, OfficerDirectory.statementOf(draft));
    await this.#append(draft, [...approvals, ...second], sealer);
    const [keyManager, , ...others] = this.#participants;
    if (others.length > 0 && keyManager !== undefined) await this.#enrolAll(others, keyManager.name, desk, sealer);
    const enrolled = others.map(({ name, part }) => ({ fact: "enrolled" as const, name, roles: [ROLE_OF_PART[part]] }));
    return [...enrolled, { fact: "directory", entry: this.#directory.head.seq }];
  }

  /** Writes the directory. @throws OfficerError */
  write(path: string, key: AuditPublicKey): void {
    appendToOfficerDirectory(path, key, OfficerDirectory.EMPTY.head, this.#lines);
  }

  async #enrolAll(
    others: readonly Participant[],
    keyManager: OfficerName,
    desk: StepDesk,
    sealer: CheckpointSigner,
  ): Promise<void> {
    desk.terminal.show("", `${keyManager} is needed as well, to enrol the other officers.`);
    const first = await desk.authenticateAlso(keyManager);
    try {
      for (const other of others) {
        const draft = this.#directory.draft({ kind: "enrolled", officer: this.#enrolmentOf(other) }, Date.now());
        const statement = OfficerDirectory.statementOf(draft);
        await this.#append(draft, await signStatement(desk, statement, first), sealer);
      }
    } finally {
      first.close();
    }
  }

  #enrolmentOf(participant: Participant | undefined): Enrolment {
    const card = participant && this.#cards.get(participant.name);
    if (participant === undefined || card === undefined) throw new Error("Who is enrolled had a step before.");
    return { card, roles: [ROLE_OF_PART[participant.part]] };
  }

  async #append(draft: DirectoryDraft, approvals: readonly Approval[], sealer: CheckpointSigner): Promise<void> {
    const { directory, line } = await this.#directory.append(draft, approvals, sealer);
    this.#directory = directory;
    this.#lines.push(line);
  }
}
