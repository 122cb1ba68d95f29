import type { TestProject } from 'vitest/node'
import { findBwrap } from './bwrap.ts'

declare module 'vitest' {
  interface ProvidedContext {
    /** Path of a bubblewrap. */
    readonly bwrap: string
  }
}

/** One bubblewrap for the whole test run, for tests that `inject('bwrap')`. */
export async function setup(project: TestProject): Promise<void> {
  project.provide('bwrap', await findBwrap())
}
