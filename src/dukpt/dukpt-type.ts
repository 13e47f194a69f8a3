/** The kinds of BDK: double-length TDES (ANSI X9.24-1:2009). */
export const DUKPT_TYPES = ["TDES_2KEY"] as const;
export type DukptType = (typeof DUKPT_TYPES)[number];
