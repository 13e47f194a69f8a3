import type { CeremonyPlan } from "./ceremony-plan.js";

/** How custodians take part: they enter what they hold, or are shown what they will hold. */
export interface CustodianWork {
  readonly direction: "enter" | "show";
  readonly what: "component" | "share";
  /** How many custodians. */
  readonly count: number;
  /** Of shares: how many restore the key. Of components: all of them. */
  readonly threshold: number;
  /** Where they are shown, when not on the screen. */
  readonly printer?: string;
}

/** What the custodians of a plan do; undefined when it has none. */
export function custodianWorkOf(plan: CeremonyPlan): CustodianWork | undefined {
  switch (plan.ceremony) {
    case "found":
    case "restore-master-key":
      return masterKeyWork(plan.masterKey);
    case "load-key":
      return entered(plan.components);
    case "generate-key":
      return plan.newComponents === undefined ? undefined : shown(plan.newComponents, plan.printer);
    case "rotate-key":
      if (plan.components !== undefined) return entered(plan.components);
      return plan.newComponents === undefined ? undefined : shown(plan.newComponents, plan.printer);
    case "import-key-block":
    case "export-key-block":
    case "retire-key":
      return undefined;
  }
}

type MasterKey = Extract<CeremonyPlan, { readonly masterKey: unknown }>["masterKey"];

function masterKeyWork(masterKey: MasterKey): CustodianWork | undefined {
  switch (masterKey.from) {
    case "token":
      return undefined;
    case "components":
      return entered(masterKey.components);
    case "newComponents":
      return shown(masterKey.components, masterKey.printer);
    case "newShares": {
      const { shares, threshold, printer } = masterKey;
      return { direction: "show", what: "share", count: shares, threshold, ...(printer !== undefined && { printer }) };
    }
    case "shares":
      return { direction: "enter", what: "share", count: masterKey.threshold, threshold: masterKey.threshold };
  }
}

function entered(count: number): CustodianWork {
  return { direction: "enter", what: "component", count, threshold: count };
}

function shown(count: number, printer: string | undefined): CustodianWork {
  return { direction: "show", what: "component", count, threshold: count, ...(printer !== undefined && { printer }) };
}
