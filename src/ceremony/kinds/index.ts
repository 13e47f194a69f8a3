/**
 * What each kind of ceremony does in its steps. The steps themselves, and whose they are, come from the plan.
 * The runner is given one of these by `createWork`.
 */
export { createWork } from "./create-work.js";
