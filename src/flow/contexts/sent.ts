import type { FlowFacts, Origin, ValueOrigin } from '../../kernel/flow.ts'
import type { JsonObject } from '../../kernel/json.ts'
import { leavesOf } from '../memory/look.ts'
import type { Memory } from '../memory/memory.ts'
import { namesIn } from './telling.ts'

/** Calls that were looked at and have not left, as yet or ever. */
const MOST_CALLS = 1_000
/** Names in one call, and letters of all of them. Beyond, the oldest call is given up. */
const MOST_NAMES = 200
const LONGEST = 300

/** A name within an argument. */
interface SentName {
  readonly at: string
  readonly name: string
}

/** What calls name anywhere in their arguments: ids and numbers within a text too. */
export interface SentNames {
  looked(call: string, args: JsonObject): void
  /** What of it others had named. Asked once, when the call leaves. */
  risky(call: string, facts: FlowFacts, memory: Memory | undefined): readonly ValueOrigin[]
}

export function sentNames(): SentNames {
  const calls = new Map<string, readonly SentName[]>()
  return {
    looked(call, args) {
      const names = namesOf(args)
      if (names.length === 0) return
      calls.set(call, names)
      const [oldest] = calls.keys()
      if (calls.size > MOST_CALLS && oldest !== undefined) calls.delete(oldest)
    },
    risky(call, facts, memory) {
      const names = calls.get(call) ?? []
      calls.delete(call)
      if (names.length === 0) return []
      const origins = originsOf(names, facts, memory)
      const roles = new Map(facts.values.map(({ at, role }) => [at, role]))
      return names.flatMap(({ at, name }, index) => {
        const origin = origins[index] ?? 'subject'
        if (origin !== 'untrusted' && origin !== 'members') return []
        return [{ at, role: roles.get(at) ?? 'setting', value: name, origin, sightings: [] }]
      })
    },
  }
}

function namesOf(args: JsonObject): readonly SentName[] {
  const found = new Map<string, SentName>()
  for (const { at, text } of leavesOf(args))
    for (const [key, name] of namesIn(text)) {
      if (found.size === MOST_NAMES) return [...found.values()]
      if (!found.has(key)) found.set(key, { at, name: name.slice(0, LONGEST) })
    }
  return [...found.values()]
}

function originsOf(
  names: readonly SentName[],
  { readUntrusted }: FlowFacts,
  memory: Memory | undefined,
): readonly (Origin | undefined)[] {
  // Let go of meanwhile: nobody can tell without loading it again.
  if (memory === undefined) return names.map(() => (readUntrusted ? 'untrusted' : undefined))
  const members = names.map(({ name }, index) => [`v${index}`, name] as const)
  const { values } = memory.look({
    arguments: Object.fromEntries(members),
    inputSchema: undefined,
    roles: Object.fromEntries(members.map(([member]) => [member, 'selector' as const])),
  })
  const found = new Map(values.map(({ at, origin }) => [at, origin]))
  return members.map(([member]) => found.get(`/${member}`))
}
