import { isObject, type Json, type JsonObject } from '../kernel/json.ts'
import { escapeStep } from '../kernel/json-pointer.ts'
import type { Expectation } from './kinds.ts'
import { type Plan, planOfName } from './plan.ts'

/** One value to be analysed. */
export interface Found {
  readonly at: string
  readonly value: Json
  readonly expected: Expectation | undefined
  /** The object that it is a member of. */
  readonly parent: JsonObject | undefined
}

/** JSON in a text is looked into this deep: deeper is not sent by anyone who wants to be understood. */
const MAX_NESTED = 3
const MAX_NESTED_LENGTH = 1_048_576

interface Step extends Found {
  readonly plan: Plan | undefined
  readonly nested: number
}

/**
 * All values that analysers look at: each that something is expected of, and each text, be it a
 * value, a member's name, or within JSON that a text holds. Each once, without recursion.
 */
export function* walk(args: JsonObject, plan: Plan, tool: string): Generator<Found, void> {
  const waiting: Step[] = [
    { at: '', value: args, expected: undefined, parent: undefined, plan, nested: 0 },
  ]
  for (let step = waiting.pop(); step !== undefined; step = waiting.pop()) {
    const { value, expected } = step
    if (expected !== undefined || typeof value === 'string') yield step
    if (Array.isArray(value)) waiting.push(...itemsOf(step, value))
    else if (isObject(value)) {
      yield* undeclaredNames(step, value)
      waiting.push(...membersOf(step, value, tool))
    } else if (typeof value === 'string') waiting.push(...nestedOf(step, value))
  }
}

function itemsOf({ at, plan, nested }: Step, items: readonly Json[]): readonly Step[] {
  const inner = plan?.items
  return items.map((value, index) => ({
    at: `${at}/${index}`,
    value,
    expected: inner?.expected,
    parent: undefined,
    plan: inner,
    nested,
  }))
}

function membersOf({ at, plan, nested }: Step, object: JsonObject, tool: string): readonly Step[] {
  const names = Object.keys(object)
  return names.flatMap((name) => {
    const value = object[name]
    if (value === undefined) return []
    const inner = plan?.members.get(name) ?? planOfName(name, names, tool)
    return [
      {
        at: `${at}/${escapeStep(name)}`,
        value: inner.expected?.kind === 'shell' ? withArguments(value, object) : value,
        expected: inner.expected,
        parent: object,
        plan: inner,
        nested,
      },
    ]
  })
}

/** A map's keys are a caller's words as much as its values: `{"/etc/passwd": "…"}`. */
function* undeclaredNames({ at, plan }: Step, object: JsonObject): Generator<Found, void> {
  for (const name of Object.keys(object)) {
    if (plan?.members.has(name) || /^[\w-]{0,64}$/.test(name)) continue
    yield { at: `${at}/${escapeStep(name)}`, value: name, expected: undefined, parent: undefined }
  }
}

/** A program and its arguments are often two members; what runs is both. */
function withArguments(command: Json, { args, argv, arguments: more }: JsonObject): Json {
  const rest = [args, argv, more].find((one) => Array.isArray(one))
  if (typeof command !== 'string' || !Array.isArray(rest)) return command
  return [command, ...rest.map((one: Json) => (typeof one === 'string' ? one : String(one)))]
}

function nestedOf({ at, nested, plan }: Step, text: string): readonly Step[] {
  if (nested >= MAX_NESTED || text.length > MAX_NESTED_LENGTH || !/^\s*[[{]/.test(text)) return []
  try {
    const value: Json = JSON.parse(text)
    return [{ at, value, expected: undefined, parent: undefined, plan, nested: nested + 1 }]
  } catch {
    return []
  }
}
