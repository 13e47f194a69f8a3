import { Argument, Command } from "commander";
import {
  acceptChange,
  draftChange,
  KEY_CHANGES,
  type KeyChangeKind,
  readStateStatement,
  registrableRecord,
} from "../../../lifecycle/index.js";
import { loadConfig } from "../../config/index.js";
import { parseKeySelector } from "../../keys/index.js";
import { withLifeDesk } from "../../life/index.js";
import { readApprovalFile, readStatementFile, writeStatementFile } from "../../officers/index.js";
import { print } from "../../output/index.js";
import { type TokenCommandOptions, withToken } from "../options.js";
import { type ChangeOptions, changeOf, withChangeOptions } from "./state-changes.js";

/** `pinmac key statement`: a change for officers who are elsewhere. */
export function createStatementCommand(): Command {
  const command = new Command("statement")
    .description(
      "Write the statement about a change of a key's state, for two key managers to sign elsewhere (officer sign) within a day.",
    )
    .addArgument(new Argument("<change>").choices(KEY_CHANGES))
    .argument("<key>", "NAME@VERSION, or NAME for the newest version")
    .requiredOption("--out <file>", "a new file; it holds no secret");
  return withChangeOptions(withChangeOptions(withToken(command), "suspend"), "retire").action(writeStatement);
}

type StatementOptions = TokenCommandOptions & ChangeOptions & { readonly out: string };

async function writeStatement(kind: KeyChangeKind, key: string, options: StatementOptions): Promise<void> {
  await withLifeDesk(loadConfig(options.config), options.pinFile, async (desk) => {
    const { header, recorded } = await desk.find(parseKeySelector(key));
    const now = Math.floor(Date.now() / 1_000);
    const { statement } = draftChange(header, recorded, changeOf(kind, options), desk.directory, now);
    writeStatementFile(options.out, statement);
    print(statement.toLines().join("\n"));
  });
}

/** `pinmac key apply`: makes a change that was signed elsewhere. */
export function createApplyCommand(): Command {
  return withToken(new Command("apply"))
    .description("Make the change of a statement that two key managers signed.")
    .argument("<statement>", "the file")
    .argument("<approvals...>", "the files with the signatures")
    .action(applyStatement);
}

async function applyStatement(file: string, approvalFiles: readonly string[], options: TokenCommandOptions): Promise<void> {
  const { bytes } = readStatementFile(file);
  const approvals = approvalFiles.map(readApprovalFile);
  const { stated } = readStateStatement(bytes);
  await withLifeDesk(loadConfig(options.config), options.pinFile, async (desk) => {
    const { header, recorded } = await desk.find(stated.key);
    const now = Math.floor(Date.now() / 1_000);
    const accepted = acceptChange(header, recorded, bytes, approvals, desk.directory, now);
    await desk.register.addStates([registrableRecord(header, accepted)]);
    print(`${header.name}@${header.version} ${accepted.after.state}`);
  });
}
