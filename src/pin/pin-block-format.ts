/** The PIN block formats of ISO 9564-1, by their numbers. */
export const PIN_BLOCK_FORMATS = [0, 1, 2, 3, 4] as const;

/** 0: PIN and PAN; 1: PIN alone; 2: IC card; 3: as 0 with random fill; 4: AES. */
export type PinBlockFormat = (typeof PIN_BLOCK_FORMATS)[number];

/** The length of an enciphered PIN block in bytes. */
export function pinBlockLength(format: PinBlockFormat): 8 | 16 {
  return format === 4 ? 16 : 8;
}
