import { existsSync } from "node:fs";
import type { ReadPlan } from "../plan/index.js";
import { CeremonyRefused } from "../run/ceremony-refused.js";
import type { CeremonySite } from "../run/ceremony-site.js";
import type { CeremonyWork } from "../run/ceremony-work.js";
import { CustodianPapers } from "./custodian-papers.js";
import { ExportKeyBlock } from "./export-key-block.js";
import { importKeyBlock } from "./import-key-block.js";
import { MasterKeyCeremony } from "./master-key.js";
import { generateKey, loadKey, rotateKey } from "./own-key.js";
import { RetireKey } from "./retire-key.js";

/**
 * The work of a plan at this site.
 * @throws CeremonyRefused ENVIRONMENT_DIFFERS, TOKEN_DIFFERS when the plan is for another one; TRANSCRIPT_EXISTS; PRINTER_UNUSABLE
 */
export function createWork(read: ReadPlan, site: CeremonySite): CeremonyWork {
  const { plan } = read;
  if (plan.environment !== site.environment) throw new CeremonyRefused("ENVIRONMENT_DIFFERS");
  if (plan.token.label !== site.tokenLabel) throw new CeremonyRefused("TOKEN_DIFFERS");
  if (existsSync(site.resolve(plan.transcript))) throw new CeremonyRefused("TRANSCRIPT_EXISTS");
  const papers = CustodianPapers.open(read);
  switch (plan.ceremony) {
    case "found":
    case "restore-master-key":
      return new MasterKeyCeremony(read, plan, site, papers);
    case "load-key":
      return loadKey(read, plan, site);
    case "generate-key":
      return generateKey(read, plan, site, papers);
    case "rotate-key":
      return rotateKey(read, plan, site, papers);
    case "import-key-block":
      return importKeyBlock(read, plan, site);
    case "export-key-block":
      return new ExportKeyBlock(read, plan, site);
    case "retire-key":
      return new RetireKey(read, plan, site);
  }
}
