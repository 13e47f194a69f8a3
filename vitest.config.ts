import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    // The PKCS#11 module reads its environment when it loads, and only a process of its own has one.
    pool: "forks",
    testTimeout: 60_000,
    hookTimeout: 120_000,
  },
});
