/**
 * Components of keys and shares of the storage master key: checked one by one, added up, split. Pure but for random numbers, which are given.
 * The ceremonies use it; nothing here is ever shown or kept.
 */
export { COMPONENT_FAULTS, type ComponentFault } from "./component-fault.js";
export { findComponentFault } from "./component-rules.js";
export { ComponentSum, type SumOutcome } from "./component-sum.js";
export { combineShares, computeShareCheckValue, SHARE_LENGTH, splitIntoShares } from "./shares.js";
