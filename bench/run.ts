import { type Curve, describeMachine, type Report, type Row } from "./figures/index.js";
import type { Group } from "./groups/index.js";
import type { Progress, Settings } from "./settings.js";

/** Measures the groups one after the other. */
export async function runGroups(groups: readonly Group[], settings: Settings, progress: Progress): Promise<Report> {
  const machine = describeMachine();
  const begin = performance.now();
  const rows: Row[] = [];
  const curves: Curve[] = [];
  for (const [index, group] of groups.entries()) {
    const say: Progress = (line) => progress(`[${elapsed(begin)}] ${group.name}: ${line}`);
    say(`group ${index + 1} of ${groups.length}: ${group.description}`);
    const figures = await group.measure(settings, say);
    rows.push(...figures.rows);
    curves.push(...(figures.curves ?? []));
  }
  const took = Math.round((performance.now() - begin) / 1_000);
  return { measuredAt: new Date().toISOString(), took, machine, settings: { ...settings }, rows, curves };
}

function elapsed(begin: number): string {
  const seconds = Math.round((performance.now() - begin) / 1_000);
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
}
