import { createHash } from 'node:crypto'
import type { SandboxProfile } from '../../kernel/sandbox.ts'
import type { Lacking } from './tools.ts'

/** Who a server is on this machine: who the gateway is, or somebody with this uid and gid. */
export type HostIdentity = 'same' | { readonly uid: number }

// A range that Debian keeps for use on demand, and that others leave free.
const FIRST = 64_000
const COUNT = 1_000

/** Hands out a uid of this machine to each server of a root gateway. */
export class HostUids {
  readonly #byServer = new Map<string, number>()
  readonly #taken = new Set<number>()

  /** In a fixed order for those that are known, so that each gets the same uid after every start. */
  constructor(servers: readonly string[] = []) {
    for (const server of servers.toSorted()) this.of(server)
  }

  /**
   * Stable by name: a number made of it, or the next free one.
   *
   * @throws RangeError when a thousand servers have one each.
   */
  of(server: string): number {
    const known = this.#byServer.get(server)
    if (known !== undefined) return known
    if (this.#taken.size >= COUNT) throw new RangeError('there is no uid left for another server')
    const start = createHash('sha256').update(server).digest().readUInt32BE() % COUNT
    let at = start
    while (this.#taken.has(FIRST + at)) at = (at + 1) % COUNT
    this.#byServer.set(server, FIRST + at)
    this.#taken.add(FIRST + at)
    return FIRST + at
  }
}

/**
 * Who a server runs as. Root only where the profile allows it in so many words: namespaces do not confine
 * the uid 0 of the machine, whatever it is called inside.
 */
export function hostIdentity(
  { runAs, allowRoot }: SandboxProfile,
  own: number,
  assigned: () => number,
): HostIdentity | Lacking {
  if (own !== 0) {
    if (typeof runAs !== 'number' || runAs === own) return 'same'
    return {
      reason: 'launch_failed',
      why: `only a gateway that runs as root can run a server as uid ${runAs}`,
      fix: 'remove `runAs`, or run the gateway as root',
    }
  }
  const uid = runAs === 'auto' ? assigned() : runAs === 'inherit' ? 0 : runAs
  if (uid !== 0) return { uid }
  if (allowRoot) return 'same'
  return {
    reason: 'refuse_host_root',
    why: 'it would run as root of this machine',
    fix: 'set `runAs: auto`, or run the gateway as another user',
  }
}
