import { AES_DUKPT_TYPES } from "./aes-key-type.js";

/** The kinds of BDK: double-length TDES (ANSI X9.24-1:2009), AES (ANSI X9.24-3:2017). */
export const DUKPT_TYPES = ["TDES_2KEY", ...AES_DUKPT_TYPES] as const;
export type DukptType = (typeof DUKPT_TYPES)[number];
