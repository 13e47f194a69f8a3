/** How `pinmac` ends; scripts may rely on these numbers. */
export const EXIT = {
  DONE: 0,
  /** Refused, or aborted by the person. Nothing was changed. */
  REFUSED: 1,
  /** The command line or a configuration file is wrong. */
  CONFIGURATION: 2,
  /** The token is not there, or cannot do what is needed. */
  HSM: 3,
  /** Something that was checked is not as it should be. */
  VERIFICATION: 4,
  /** A defect of pinmac. */
  DEFECT: 70,
} as const;

export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/** For the end of `--help`. */
export const EXIT_CODES_HELP = `
Exit codes: 0 done; 1 refused or aborted; 2 wrong command line or configuration; 3 the HSM is missing or cannot do it;
4 verification failed; 70 a defect of pinmac.`;
