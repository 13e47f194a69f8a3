/** Why a component, or what components add up to, is refused: the closed list, with its constant texts for the custodians. */
export const COMPONENT_FAULTS = {
  LENGTH_WRONG: "The component has not the length of the key.",
  PARITY_WRONG: "Not every byte has odd parity: a digit is wrong.",
  COMPONENT_ZERO: "The component is all zeros.",
  COMPONENT_REPEATED: "The component was entered before.",
  SUM_NULL: "The components cancel each other.",
  SUM_IS_COMPONENT: "The key would be equal to one of its components.",
  SHARES_UNUSABLE: "The shares do not belong together.",
} as const;
export type ComponentFault = keyof typeof COMPONENT_FAULTS;
