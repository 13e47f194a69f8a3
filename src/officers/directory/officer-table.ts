import type { Officer, OfficerLookup } from "../officer.js";
import { OfficerError } from "../officer-error.js";
import type { OfficerName } from "../officer-name.js";
import { type OfficerRole, parseOfficerRoles } from "../officer-role.js";
import type { DirectoryChange, Enrolment } from "./change.js";

const KEY_MANAGERS = 2;

/** Who is an officer at one moment, and which names and keys were ever taken. Immutable. */
export class OfficerTable implements OfficerLookup {
  readonly #active: ReadonlyMap<string, Officer>;
  readonly #names: ReadonlySet<string>;
  readonly #keys: ReadonlySet<string>;

  private constructor(active: ReadonlyMap<string, Officer>, names: ReadonlySet<string>, keys: ReadonlySet<string>) {
    this.#active = active;
    this.#names = names;
    this.#keys = keys;
  }

  // A getter: the compiler's output of a static field that makes an object of its own class does not run.
  static get EMPTY(): OfficerTable {
    return new OfficerTable(new Map(), new Set(), new Set());
  }

  /** Only an active officer. */
  find(name: string): Officer | undefined {
    return this.#active.get(name);
  }

  /** The active officers, in the order of their names. */
  list(): readonly Officer[] {
    return [...this.#active.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  /**
   * The table after a change.
   * @throws OfficerError FOUNDED_ALREADY, NOT_FOUNDED, NAME_TAKEN, KEY_TAKEN, ROLES_INVALID, OFFICER_UNKNOWN, ROLES_UNCHANGED,
   * KEY_MANAGERS_TOO_FEW
   */
  after(change: DirectoryChange): OfficerTable {
    if (change.kind === "founded" && this.#names.size > 0) throw new OfficerError("FOUNDED_ALREADY");
    if (change.kind !== "founded" && this.#names.size === 0) throw new OfficerError("NOT_FOUNDED");
    const table = this.#changed(change);
    const keyManagers = table.list().filter(({ roles }) => roles.includes("keyManager"));
    if (keyManagers.length < KEY_MANAGERS) throw new OfficerError("KEY_MANAGERS_TOO_FEW");
    return table;
  }

  #changed(change: DirectoryChange): OfficerTable {
    switch (change.kind) {
      case "founded":
        return this.#with(change.officers[0]).#with(change.officers[1]);
      case "enrolled":
        return this.#with(change.officer);
      case "rolesChanged":
        return this.#withRoles(change.name, change.roles);
      case "revoked":
        return this.#without(change.name);
    }
  }

  #with({ card: { name, publicKey }, roles }: Enrolment): OfficerTable {
    if (this.#names.has(name)) throw new OfficerError("NAME_TAKEN");
    if (this.#keys.has(publicKey.hex)) throw new OfficerError("KEY_TAKEN");
    const officer: Officer = { name, publicKey, roles: parseOfficerRoles(roles) };
    return new OfficerTable(
      new Map(this.#active).set(name, officer),
      new Set(this.#names).add(name),
      new Set(this.#keys).add(publicKey.hex),
    );
  }

  #withRoles(name: OfficerName, given: readonly OfficerRole[]): OfficerTable {
    const [officer, roles] = [this.#known(name), parseOfficerRoles(given)];
    if (roles.join() === officer.roles.join()) throw new OfficerError("ROLES_UNCHANGED");
    return new OfficerTable(new Map(this.#active).set(name, { ...officer, roles }), this.#names, this.#keys);
  }

  #without(name: OfficerName): OfficerTable {
    this.#known(name);
    const active = new Map(this.#active);
    active.delete(name);
    return new OfficerTable(active, this.#names, this.#keys);
  }

  #known(name: OfficerName): Officer {
    const officer = this.#active.get(name);
    if (officer === undefined) throw new OfficerError("OFFICER_UNKNOWN");
    return officer;
  }
}
