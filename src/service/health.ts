import type { Server } from "@grpc/grpc-js";
import { HealthImplementation } from "grpc-health-check";

/** Whether the engine can answer: true when at least one lane is ready. */
export interface EngineHealth {
  readonly state: { readonly serving: boolean };
  /** Calls `listener` after every change of `state`; returns the function that takes it off again. */
  onStateChange(listener: () => void): () => void;
}

/** grpc.health.v1 for the server as a whole ("") and for each service. */
export class HealthReporter {
  readonly #health = new HealthImplementation();
  readonly #services: readonly string[];
  readonly #engine: EngineHealth;
  readonly #unsubscribe: () => void;
  #stopped = false;

  constructor(engine: EngineHealth, serviceNames: readonly string[]) {
    this.#engine = engine;
    this.#services = ["", ...serviceNames];
    this.#unsubscribe = engine.onStateChange(() => this.#report());
    this.#report();
  }

  addTo(server: Server): void {
    this.#health.addToServer(server);
  }

  /** NOT_SERVING from now on, whatever the engine says. */
  stop(): void {
    this.#stopped = true;
    this.#unsubscribe();
    this.#report();
  }

  #report(): void {
    const status = this.#engine.state.serving && !this.#stopped ? "SERVING" : "NOT_SERVING";
    for (const service of this.#services) this.#health.setStatus(service, status);
  }
}
