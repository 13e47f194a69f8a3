import pc from "picocolors";

/** The functions of picocolors, on or off. */
export type ColorsOf = ReturnType<typeof pc.createColors>;

/** Colours on a terminal only, and not when NO_COLOR is set (no-color.org). */
export function chooseColors(isTerminal: boolean, environment: NodeJS.ProcessEnv): ColorsOf {
  const refused = (environment["NO_COLOR"] ?? "") !== "" || environment["TERM"] === "dumb";
  return pc.createColors(isTerminal && !refused);
}
