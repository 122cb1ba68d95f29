import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['{src,test,scripts}/**/*.test.ts'],
    globalSetup: ['src/store/testing/global-setup.ts'],
    testTimeout: 20_000,
    hookTimeout: 60_000,
    execArgv: ['--disable-warning=ExperimentalWarning'],
  },
})
