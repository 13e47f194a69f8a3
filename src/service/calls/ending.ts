import type { PublicRefusal } from "../error-status.js";

/** How one request ended. A refusal without an incident is the request's; one with an incident is a defect of ours, and in the log. */
export type Ending<Response> =
  | { readonly kind: "answered"; readonly response: Response }
  | { readonly kind: "refused"; readonly refusal: PublicRefusal; readonly incident?: string }
  | { readonly kind: "cancelled" };
