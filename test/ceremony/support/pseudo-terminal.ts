/** The pseudo-terminal of the ceremonies' demo, for every test that has somebody type. */
export * from "../../../examples/ceremony/officers/pseudo-terminal.js";
