import type { DecisionPoint } from '../kernel/access.ts'
import { decisionPoint, type PolicySet, type PolicySource } from '../policy/policy.ts'
import { resolvable } from '../policy/resolvable.ts'

/** Policies, and the texts that they were loaded from. */
export interface ReadPolicies {
  readonly set: PolicySet
  readonly sources: readonly PolicySource[]
}

export interface LivePoliciesOptions {
  /** Reads all policies; throws what is wrong with them. */
  readonly read: () => ReadPolicies
  /** A text that differs whenever a file of them does. Total. */
  readonly signature: () => string
  /** Milliseconds between two looks. */
  readonly every: number
  readonly log: (message: string, cause?: unknown) => void
}

/** The policies in force, which follow their files. */
export interface LivePolicies {
  readonly point: () => DecisionPoint
  readonly set: () => PolicySet
  /** The texts of those in force. */
  readonly sources: () => readonly PolicySource[]
  /** Why what stands in the files now is not in force; undefined when it is. */
  readonly problem: () => string | undefined
  /** Whether policies want to know the addresses of a host. */
  readonly mayResolve: (host: string) => boolean
  /** Looks now, and takes what is there. */
  readonly reload: () => void
  readonly close: () => void
}

interface InForce extends ReadPolicies {
  readonly point: DecisionPoint
  readonly mayResolve: (host: string) => boolean
}

/**
 * Reads policies, and reads them again when a file of them has changed and rests. The whole set is
 * replaced at once, or not at all: one that has an error leaves the last good one in force, and says
 * so loudly.
 *
 * @throws as `read`, the first time.
 */
export function livePolicies(options: LivePoliciesOptions): LivePolicies {
  const { read, signature, every, log } = options
  let before = signature()
  let loaded = before
  let current = inForce(read())
  let broken: string | undefined

  const load = (signed: string): void => {
    loaded = signed
    try {
      const next = inForce(read())
      if (next.set.hash !== current.set.hash || broken !== undefined)
        log(`policies ${short(next.set.hash)} are in force (${next.set.policies.length} of them)`)
      current = next
      broken = undefined
    } catch (error) {
      broken = error instanceof Error ? error.message : String(error)
      log(`POLICIES NOT LOADED: ${short(current.set.hash)} stays in force. ${broken}`, error)
    }
  }
  const look = (): void => {
    const now = signature()
    // What is still being written changes again until the next look.
    if (now !== loaded && now === before) load(now)
    before = now
  }
  const timer = setInterval(look, every)
  timer.unref()
  return {
    point: () => current.point,
    set: () => current.set,
    sources: () => current.sources,
    problem: () => broken,
    mayResolve: (host) => current.mayResolve(host),
    reload: () => load(signature()),
    close: () => clearInterval(timer),
  }
}

function inForce({ set, sources }: ReadPolicies): InForce {
  return { set, sources, point: decisionPoint(set), mayResolve: resolvable(set) }
}

function short(hash: string): string {
  return hash.slice(0, 12)
}
