/**
 * Where officers decide about keys: the register, the lives of its keys and the officers' directory, open at once; signatures at the
 * terminal. The commands under `key` call it.
 */
export { type LifeDesk, withLifeDesk } from "./life-desk.js";
export { type Order, settleOrders } from "./settle-orders.js";
export { approveAtTerminal } from "./sign-at-terminal.js";
