import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["tests/**/*.test.ts"],
    restoreMocks: true,
    // For failures only: nothing depends on how fast a machine is that does other work as well.
    testTimeout: 60_000,
    unstubGlobals: true,
  },
});
