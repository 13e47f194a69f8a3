/** Who hears of answers. */
export interface Listener {
  /** The request in that place was answered, rightly. */
  readonly answered: (slot: number) => void;
  /** The server had too much to do, or too little time, for the request in that place. */
  readonly shed: (slot: number, why: Error) => void;
  /** Nothing more is to be expected. */
  readonly failed: (error: unknown) => void;
}

/** Carries requests to a server. */
export interface Line<Request> {
  /** @param slot tells the request apart from others under way */
  send(slot: number, request: Request): void;
  /** No more requests: after the answers to those under way. */
  end(): void;
}

/** Opens a line whose answers go to `listener`. */
export type OpenLine<Request> = (listener: Listener) => Line<Request>;
