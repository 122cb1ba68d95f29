import { availableParallelism } from 'node:os'
import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['{src,test,scripts}/**/*.test.ts'],
    setupFiles: ['test/seed.ts'],
    globalSetup: ['src/store/testing/global-setup.ts', 'src/sandbox/testing/global-setup.ts'],
    // Many tests wait for processes and disks: few workers would leave a small machine idle.
    maxWorkers: Math.max(3, availableParallelism() - 1),
    // Processes, disks and clocks of a busy machine: what fails once more is reported as failed.
    retry: 1,
    testTimeout: 60_000,
    hookTimeout: 120_000,
    execArgv: ['--disable-warning=ExperimentalWarning'],
  },
})
