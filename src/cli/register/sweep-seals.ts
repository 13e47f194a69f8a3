import { Refusal } from "../../base/index.js";
import { MAX_SEALS } from "../../engine/commands/command.js";
import type { Engine } from "../../engine/engine.js";
import { keySubjectName, type RecordFault, type SealedKeyRow, sealedKeyPages } from "../../store/index.js";

/**
 * Has the token check the seal of every registered key, a command's worth at a time: between two of them the lanes serve whoever waits.
 * @param goOn called with the keys checked so far; when it says false, the rest is left
 * @returns the keys whose seal does not hold
 * @throws Refusal TOKEN_UNAVAILABLE, OVERLOADED
 */
export async function sweepSeals(
  path: string,
  engine: Pick<Engine, "execute">,
  goOn: (checked: number) => boolean = () => true,
): Promise<readonly RecordFault[]> {
  const faults: RecordFault[] = [];
  let checked = 0;
  for (const rows of sealedKeyPages(path, MAX_SEALS)) {
    faults.push(...(await checkPage(rows, engine)));
    checked += rows.length;
    if (!goOn(checked)) break;
  }
  return faults;
}

async function checkPage(rows: readonly SealedKeyRow[], engine: Pick<Engine, "execute">): Promise<readonly RecordFault[]> {
  const [outcome] = await engine.execute([{ kind: "verifySeals", sealedKeys: rows.map(({ sealedKey }) => sealedKey) }]);
  if (outcome?.kind !== "verifySeals") throw new Refusal(outcome?.kind === "refused" ? outcome.reason : "INTERNAL");
  return rows
    .filter((_, index) => outcome.holds[index] !== true)
    .map(({ name, version }) => ({
      scope: "record",
      code: "SEAL",
      subject: { kind: "key", name: keySubjectName(name, version) },
    }));
}
