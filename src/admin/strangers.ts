import type { Witness } from '../kernel/event.ts'
import type { Clock } from '../kernel/ports.ts'
import { subjectName } from '../kernel/subject.ts'
import type { Caller } from './caller.ts'

/** Milliseconds for which the same stranger is one event, and events in that time: they decide how often. */
const WINDOW = 60_000
const MOST = 200

/** Puts on record that a program without a role, such as an agent, came to the control plane. */
export type Strangers = (caller: Caller, path: string) => Promise<void>

export function strangersWitness(witness: Witness, clock: Clock): Strangers {
  const seen = new Set<string>()
  let began = clock()
  return async ({ subject, actor }, path) => {
    const now = clock()
    if (Math.abs(now - began) >= WINDOW) {
      began = now
      seen.clear()
    }
    const name = JSON.stringify([subjectName(subject), subject.actors, actor.client])
    if (seen.has(name) || seen.size >= MOST) return
    seen.add(name)
    await witness({
      ...{ event: 'token.refused', outcome: 'refused' },
      ...{ subject: subjectName(subject), client: actor.client, target: actor.grant },
      detail: { why: 'role_insufficient', path: path.slice(0, 256), actors: [...subject.actors] },
    })
  }
}
