import type { Server } from "@grpc/grpc-js";
import { HealthImplementation } from "grpc-health-check";

/** Whether something that answers need can do its part; the engine: whether at least one lane is ready. */
export interface EngineHealth {
  readonly state: { readonly serving: boolean };
  /** Calls `listener` after every change of `state`; returns the function that takes it off again. */
  onStateChange(listener: () => void): () => void;
}

/** grpc.health.v1 for the server as a whole ("") and for each service. */
export class HealthReporter {
  readonly #health = new HealthImplementation();
  readonly #services: readonly string[];
  readonly #parts: readonly EngineHealth[];
  readonly #unsubscribe: readonly (() => void)[];
  #stopped = false;

  /** @param parts serving is what serves with all of them */
  constructor(parts: readonly EngineHealth[], serviceNames: readonly string[]) {
    this.#parts = parts;
    this.#services = ["", ...serviceNames];
    this.#unsubscribe = parts.map((part) => part.onStateChange(() => this.#report()));
    this.#report();
  }

  addTo(server: Server): void {
    this.#health.addToServer(server);
  }

  /** NOT_SERVING from now on, whatever the parts say. */
  stop(): void {
    this.#stopped = true;
    for (const unsubscribe of this.#unsubscribe) unsubscribe();
    this.#report();
  }

  #report(): void {
    const status = this.#parts.every(({ state }) => state.serving) && !this.#stopped ? "SERVING" : "NOT_SERVING";
    for (const service of this.#services) this.#health.setStatus(service, status);
  }
}
