import type { InForce } from '../../kernel/sandbox.ts'
import type { Controller } from './hierarchies.ts'

const FIX =
  'run the gateway as a systemd service with `Delegate=yes`, or for a person under `systemd --user`'

/** What bounds from outside the memory and the processors of one server, and how well. */
export interface Outside {
  /** Controllers of a control group, and what made the group. */
  readonly controllers: readonly Controller[]
  readonly by: string
  /** Whether the tree of a process can be watched on this machine. */
  readonly watched: boolean
}

/** How well the limits on memory, processors and processes hold. Those inside the sandbox are not in it. */
export function limitsInForce({ controllers, by, watched }: Outside): readonly InForce[] {
  const inGroup = (control: InForce['control'], name: Controller): InForce | undefined =>
    controllers.includes(name) ? { control, strength: 'hard', by: `${by} ${name}` } : undefined
  const soft = (control: InForce['control'], what: string): InForce =>
    watched
      ? { control, strength: 'soft', by: what, fix: FIX }
      : { control, strength: 'none', by: 'nothing on this machine', fix: FIX }
  return [
    inGroup('memory', 'memory') ?? soft('memory', 'watch of memory, RLIMIT_DATA per process'),
    inGroup('cpu', 'cpu') ?? soft('cpu', 'watch of use, lowest priority'),
  ]
}
