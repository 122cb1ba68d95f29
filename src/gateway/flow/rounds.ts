import type { FlowArguments, ValueOrigin } from '../../kernel/flow.ts'
import { isObject, type Json, type JsonObject } from '../../kernel/json.ts'
import type { Aim } from '../aim.ts'
import { OWN_KEYS } from '../approvals/round.ts'

/** Before the pointers of values that stand beside the arguments (2026-07-28, basic/patterns/mrtr). */
const BESIDE = '/inputResponses'

/** What a client answers to questions of a server, as it travels beside the arguments; undefined: nothing. */
export function answersIn({ exchange, params }: Aim): JsonObject | undefined {
  const { inputResponses } = params
  if (exchange.conversation.era === 'legacy' || !isObject(inputResponses)) return undefined
  // What is said to the gateway reaches no server.
  const others = Object.entries(inputResponses).filter(([key]) => !key.startsWith(OWN_KEYS))
  return others.length === 0 ? undefined : Object.fromEntries(others)
}

/** What a person typed, of what a client answered; undefined for what models say, or nobody. */
export function typedIn(answer: Json | undefined): JsonObject | undefined {
  if (!isObject(answer)) return undefined
  const { action, content } = answer
  return action === 'accept' && isObject(content) ? content : undefined
}

/** What people typed, of all that a client answered. */
export function allTyped(answers: JsonObject): JsonObject {
  const typed = Object.entries(answers).flatMap(([key, answer]) => {
    const content = typedIn(answer)
    return content === undefined ? [] : [[key, content] as const]
  })
  return Object.fromEntries(typed)
}

/** Answers as arguments that are looked at: nobody says what they decide but their names. */
export function asArguments(answers: JsonObject): FlowArguments {
  return { arguments: answers, inputSchema: undefined, roles: {} }
}

/** What was read before, of what is answered. What somebody brought along is for no record. */
export function besideArguments(values: readonly ValueOrigin[]): readonly ValueOrigin[] {
  return values
    .filter(({ sightings, origin }) => sightings.length > 0 || origin !== 'subject')
    .map((value) => ({ ...value, at: `${BESIDE}${value.at}` }))
}
