import { type Command, InvalidArgumentError } from "commander";
import { OFFICER_ROLES, OfficerError, type OfficerName, type OfficerRole, parseOfficerName } from "../../../officers/index.js";
import { ConfigurationError } from "../../errors/index.js";

/** An officer's name as an argument. */
export function officerName(text: string): OfficerName {
  try {
    return parseOfficerName(text);
  } catch (error) {
    if (error instanceof OfficerError) throw new InvalidArgumentError(error.message);
    throw error;
  }
}

/** `--role`, as often as there are roles. */
export function collectRole(text: string, before: readonly OfficerRole[] = []): readonly OfficerRole[] {
  const role = OFFICER_ROLES.find((known) => known === text);
  if (role === undefined) throw new InvalidArgumentError(`one of ${OFFICER_ROLES.join(", ")}.`);
  return [...before, role];
}

/** `--by`: the key files of the two who approve. */
export function withApprovers(command: Command): Command {
  return command.requiredOption("--by <file>", "key file of a key manager who approves; give it twice", collectFile);
}

function collectFile(file: string, before: readonly string[] = []): readonly string[] {
  return [...before, file];
}

/** @throws ConfigurationError unless there are two */
export function assertTwo(files: readonly string[]): void {
  if (files.length !== 2) throw new ConfigurationError("Two key managers approve: give --by twice.");
}
