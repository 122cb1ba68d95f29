import type { TestProject } from 'vitest/node'
import { startPostgres } from './postgres.ts'

declare module 'vitest' {
  interface ProvidedContext {
    /** Connection URI of the run's PostgreSQL. */
    readonly postgres: string
  }
}

/** One PostgreSQL for the whole test run; `freshStore` makes schemas in it. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const postgres = await startPostgres()
  project.provide('postgres', postgres.url)
  return postgres.stop
}
