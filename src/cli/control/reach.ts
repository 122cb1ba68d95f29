import type { Reach } from '../../admin/me/ports.ts'
import type { Target } from '../../kernel/access.ts'
import type { Clock } from '../../kernel/ports.ts'
import type { Subject } from '../../kernel/subject.ts'
import { accessMatrix } from '../../policy/matrix/access-matrix.ts'
import type { ControlParts } from './administration.ts'

/** Milliseconds for which an answer is good: it takes the thread of the calls, and anybody can ask. */
const FRESH = 1_000

type Reached = ReturnType<Reach['of']>

interface ReachParts extends Pick<ControlParts, 'config' | 'catalog'> {
  readonly policies: Pick<ControlParts['policies'], 'set'>
}

/** What policies let people do with the tools that are known at the moment. */
export function reachOf({ config, catalog, policies }: ReachParts, clock: Clock = Date.now): Reach {
  const servers = [...Object.keys(config.servers), ...Object.keys(config.virtual)].sort()
  const targets = (): readonly Target[] =>
    servers.flatMap((server) =>
      catalog.toolsOf(server).map(({ name, classification, of: origin }): Target => {
        const target = { kind: 'tool', server, name, classification } as const
        return origin === undefined ? target : { ...target, of: origin }
      }),
    )
  const reach = (subject: Subject): Reached =>
    accessMatrix(policies.set(), [subject], targets(), { time: clock() }).map(
      ({ target: { server, name, classification }, access }) => ({
        ...{ server, name, access },
        ...{ effects: classification.effects, risk: classification.risk },
      }),
    )
  const last = new Map<string, { readonly at: number; readonly found: Reached }>()
  return {
    of(subject) {
      const now = clock()
      for (const [key, { at }] of last) if (now - at >= FRESH) last.delete(key)
      const key = JSON.stringify([policies.set().hash, subject])
      const found = last.get(key)?.found ?? reach(subject)
      if (!last.has(key)) last.set(key, { at: now, found })
      return found
    },
  }
}
