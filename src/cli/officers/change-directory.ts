import { AUDIT_KEY_LABEL } from "../../hsm/audit-public-key.js";
import {
  appendToOfficerDirectory,
  type DirectoryChange,
  OfficerDirectory,
  readOfficerDirectory,
} from "../../officers/index.js";
import { loadConfig } from "../config/index.js";
import { checkpointSigner } from "../register/index.js";
import { withScreen } from "../terminal/index.js";
import { auditKeyOf, withTokenEngine } from "../token/index.js";
import { collectApprovals } from "./collect-approvals.js";

/** What a change of the directory needs. */
export interface ChangeOptions {
  readonly config?: string;
  readonly pinFile?: string;
  /** The key files of the two who approve. */
  readonly by: readonly string[];
}

/**
 * Changes the officers' directory: two key managers approve it at the terminal, one after the other; the token seals it. The rules are checked
 * before anyone is asked.
 * @returns the directory after the change
 * @throws OfficerError, TokenStartError, ConfigurationError, Aborted, TerminalEnded, TriesExhausted
 */
export function changeDirectory(change: DirectoryChange, options: ChangeOptions): Promise<OfficerDirectory> {
  const config = loadConfig(options.config);
  return withTokenEngine(config, options.pinFile, async (engine) => {
    const key = auditKeyOf(engine);
    const directory = readOfficerDirectory(config.officers, key);
    const draft = directory.draft(change, Date.now());
    const statement = OfficerDirectory.statementOf(draft);
    const approvals = await withScreen((terminal) => collectApprovals(terminal, statement, options.by));
    const { line } = await directory.append(draft, approvals, checkpointSigner(engine, AUDIT_KEY_LABEL));
    return appendToOfficerDirectory(config.officers, key, directory.head, [line]);
  });
}
