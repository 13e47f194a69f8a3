import type { CeremonyPlan, MasterKeyPlan } from "./ceremony-plan.js";
import { type CustodianWork, custodianWorkOf } from "./plan-components.js";
import type { StepDraft } from "./step.js";

/** The steps of each kind of ceremony, the auditor's included. */
export function draftSteps(plan: CeremonyPlan): readonly StepDraft[] {
  return [...openingSteps(plan), ...custodianSteps(plan), ...workSteps(plan), witness("The auditor saw the ceremony.")];
}

function openingSteps(plan: CeremonyPlan): readonly StepDraft[] {
  const asks = ["Compare the plan's digest with the one that was reviewed, and type its words."];
  const confirm = (part: StepDraft["part"], who: string): StepDraft => ({
    kind: "confirmPlan",
    part,
    title: `${who} confirms the plan.`,
    asks,
  });
  return [
    confirm("keyManager1", "The first key manager"),
    confirm("keyManager2", "The second key manager"),
    confirm("auditor", "The auditor"),
    {
      kind: "checkToken",
      part: "keyManager1",
      title: `Token ${plan.token.label}, serial ${plan.token.serial}, is found and examined.`,
      asks: ["Compare label and serial number with the device."],
    },
  ];
}

function custodianSteps(plan: CeremonyPlan): readonly StepDraft[] {
  const work = custodianWorkOf(plan);
  if (work === undefined) return [];
  return Array.from({ length: work.count }, (_, index) => custodianStep(work, index + 1));
}

function custodianStep(work: CustodianWork, component: number): StepDraft {
  const name = `${work.what} ${component} of ${work.count}`;
  if (work.direction === "enter") {
    const kind = work.what === "component" ? "enterComponent" : "enterShare";
    const asks = [
      "Everyone else turns away.",
      `Enter your ${work.what}, twice; it is not shown.`,
      "Compare its check value with your paper, and type it.",
    ];
    return { kind, part: "custodian", component, title: `A custodian enters ${name}.`, asks };
  }
  const kind = work.what === "component" ? "showComponent" : "showShare";
  if (work.printer !== undefined) {
    const asks = [
      "Everyone else turns away.",
      `Your ${work.what} is printed on ${work.printer}, once: take the paper.`,
      "Type it back from the paper; it is not shown.",
    ];
    return { kind, part: "custodian", component, isPrinted: true, title: `A custodian is given ${name} on paper.`, asks };
  }
  const asks = [
    "Everyone else turns away.",
    `Your ${work.what} appears on the screen, once: write it down.`,
    "Type it back from what you wrote; it is not shown.",
  ];
  return { kind, part: "custodian", component, title: `A custodian is shown ${name}.`, asks };
}

function workSteps(plan: CeremonyPlan): readonly StepDraft[] {
  switch (plan.ceremony) {
    case "found":
    case "restore-master-key":
      return masterKeySteps(plan);
    case "load-key":
      return newKeySteps(plan.key.name, "The key is put together from the components.", true);
    case "generate-key": {
      const how = plan.newComponents === undefined ? "generated inside the token" : "put together from the new components";
      return newKeySteps(plan.key.name, `The key is ${how}.`, false);
    }
    case "rotate-key": {
      const how = custodianWorkOf(plan) === undefined ? "generated inside the token" : "put together from the components";
      const title = `The key that follows version ${plan.replaces} is ${how}.`;
      return newKeySteps(plan.key.name, title, plan.components !== undefined);
    }
    case "import-key-block":
      return importSteps(plan.key.name, plan.keyBlock);
    case "export-key-block":
      return exportSteps(`${plan.key.name}@${plan.key.version}`, plan.keyBlock);
    case "retire-key":
      return retireSteps(`${plan.key.name}@${plan.key.version}`);
  }
}

function masterKeySteps(plan: MasterKeyPlan): readonly StepDraft[] {
  const how = plan.masterKey.from === "token" ? "generated inside" : `put together from the ${custodianWorkOf(plan)?.what}s in`;
  const known = "expectedCheckValue" in plan.masterKey && plan.masterKey.expectedCheckValue !== undefined;
  return [
    {
      kind: "makeMasterKey",
      part: "keyManager1",
      title: `The storage master key is ${how} the token.`,
      asks: ["Confirm: this makes the keys on which every other key rests."],
    },
    compareCheckValue(known || plan.masterKey.from === "components"),
    {
      kind: "foundDirectory",
      part: "keyManager1",
      title: "The officers' directory is founded with both key managers.",
      asks: ["Read the entry and sign it."],
    },
    {
      kind: "enrolOfficers",
      part: "keyManager2",
      title: "The directory's founding is approved, and the other officers of this ceremony are enrolled.",
      asks: ["Read the entries and sign them."],
    },
  ];
}

function newKeySteps(name: string, title: string, isKnown: boolean): readonly StepDraft[] {
  return [
    { kind: "makeKey", part: "keyManager1", title, asks: [] },
    compareCheckValue(isKnown),
    approve(`Key ${name} is approved.`),
    register(name),
  ];
}

function importSteps(name: string, file: string): readonly StepDraft[] {
  return [
    { kind: "importKeyBlock", part: "keyManager1", title: `The key block of ${file} is opened in the token.`, asks: [] },
    compareCheckValue(true),
    approve(`Key ${name} is approved.`),
    register(name),
  ];
}

function exportSteps(key: string, file: string): readonly StepDraft[] {
  return [
    approve(`The export of ${key} is approved.`),
    {
      kind: "exportKeyBlock",
      part: "keyManager2",
      title: `Key ${key} is written to ${file} in a key block.`,
      asks: [`Type ${key} to confirm.`],
    },
  ];
}

function retireSteps(key: string): readonly StepDraft[] {
  return [
    approve(`The end of ${key} is approved.`),
    { kind: "retireKey", part: "keyManager2", title: `Key ${key} is retired.`, asks: [`Type ${key} to confirm.`] },
  ];
}

/** By the second key manager: not the one at whose step the key was made. */
function compareCheckValue(isKnown: boolean): StepDraft {
  const ask = isKnown
    ? "Type the check value from your own paper; the key's is compared with it."
    : "Write down the check value, and type it.";
  return {
    kind: "compareCheckValue",
    part: "keyManager2",
    title: "The key is read back through the token, and its check value compared.",
    asks: [ask],
  };
}

function approve(title: string): StepDraft {
  return { kind: "approve", part: "keyManager1", title, asks: ["Read the statement and sign it."] };
}

function register(name: string): StepDraft {
  return {
    kind: "registerKey",
    part: "keyManager2",
    title: `Key ${name} is entered in the register.`,
    asks: ["Read the statement and sign it.", `Type ${name} to confirm: with this the key exists.`],
  };
}

function witness(title: string): StepDraft {
  return { kind: "witness", part: "auditor", title, asks: ["Sign what you saw."] };
}
