import { spawn } from 'node:child_process'
import { once } from 'node:events'
import type { Launch, SandboxRunner } from '../../kernel/sandbox.ts'

/** A runner that confines nothing, and remembers what it was asked to start. */
export interface PlainRunner extends SandboxRunner {
  readonly launches: Launch[]
}

/** Starts programs as they are, in place of the sandbox. */
export function plainRunner(): PlainRunner {
  const launches: Launch[] = []
  return {
    launches,
    async launch(launch) {
      launches.push(launch)
      const [program = '', ...args] = launch.command
      const child = spawn(program, args, { cwd: launch.cwd, env: launch.env, stdio: 'pipe' })
      await once(child, 'spawn')
      return { child, backend: 'none', inForce: [] }
    },
    close: async () => {},
  }
}
