import { availableParallelism } from "node:os";
import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    // The PKCS#11 module reads its environment when it loads, and only a process of its own has one.
    pool: "forks",
    // By itself vitest leaves a core free, which is half of a machine with two.
    maxWorkers: availableParallelism(),
    testTimeout: 60_000,
    hookTimeout: 120_000,
  },
});
