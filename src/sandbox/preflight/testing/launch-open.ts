import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process'
import { type Contained, type Launch, SANDBOX_CONTROLS } from '../../../kernel/sandbox.ts'

/** Starts a command with everything that this process may do, and says the opposite. */
export async function launchOpen({ command, env }: Launch): Promise<Contained> {
  const [program = '', ...args] = command
  const child: ChildProcessWithoutNullStreams = spawn(program, args, { env: { ...env, LEAK: '1' } })
  return {
    child,
    backend: 'bwrap',
    inForce: SANDBOX_CONTROLS.map((control) => ({ control, strength: 'hard', by: 'nothing' })),
  }
}
