import type { InForce, SandboxProfile } from '../../kernel/sandbox.ts'
import type { Mask } from '../profile/masks.ts'

/** What watches and limits one running server from outside. */
export interface Bounds {
  /** What holds memory and processors, and how well. */
  readonly inForce: readonly InForce[]
  /** Ends the watch. */
  free(): void
}

/** What a launch needs from the other parts of the module. */
export interface LaunchPorts {
  /** The masks of a profile, looked for at every start. */
  readonly masks: (server: string, profile: SandboxProfile) => Promise<readonly Mask[]>
  /** The command that sets limits inside and then runs what follows. */
  readonly limits: (prlimit: string, profile: SandboxProfile) => readonly string[]
  /** Puts bounds on the tree of a process, before the server's first instruction. */
  readonly bound: (server: string, pid: number, profile: SandboxProfile) => Bounds
}
