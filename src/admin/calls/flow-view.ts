import { z } from 'zod'
import { DATA_CLASSES } from '../../kernel/access.ts'
import { ARGUMENT_ROLES, LIKENESSES, ORIGINS } from '../../kernel/flow.ts'
import { isObject, type Json, type JsonObject } from '../../kernel/json.ts'
import { time, timeOf } from '../operation.ts'
import { objects, text, texts } from './call-views.ts'

/** Where a value was seen. What stood there only for who may read what calls carry. */
const sightingView = z.object({
  /** The call whose answer held it. */
  call: z.string(),
  server: z.string(),
  target: z.string(),
  likeness: z.enum(LIKENESSES),
  /** JSON Pointer into the answer. */
  field: z.string().optional(),
  quote: z.string().optional(),
})

/** Where the value of an argument came from. */
const valueView = z.object({
  role: z.enum(ARGUMENT_ROLES),
  origin: z.enum(ORIGINS),
  /** What readers of free text follow, such as a link in it. */
  link: z.boolean(),
  sightings: z.array(sightingView),
  /** JSON Pointer into the arguments. */
  at: z.string().optional(),
  value: z.string().optional(),
})
export type ValueView = z.output<typeof valueView>

/** The flow of data into a call, as its decision saw it. */
export const flowView = z.object({
  /** Id of the context. */
  context: z.string(),
  readUntrusted: z.boolean(),
  readConfidential: z.boolean(),
  classes: z.array(z.enum(DATA_CLASSES)),
  /** When it first read something untrusted. */
  since: time.optional(),
  /** Whether everything that was read was still known. */
  complete: z.boolean(),
  values: z.array(valueView),
  /** Kinds of data that the arguments carry out. */
  carries: z.array(z.enum(DATA_CLASSES)),
})
export type FlowView = z.output<typeof flowView>

/**
 * Undefined where nobody looked, or where it was not kept.
 *
 * @param bodies whether the reader may see what the call carried, and what was read before it.
 */
export function flowOf(value: Json | undefined, bodies: boolean): FlowView | undefined {
  if (!isObject(value)) return undefined
  const { context, readUntrusted, readConfidential, classes, since, complete, values, carries } =
    value
  return {
    context: text(context),
    readUntrusted: readUntrusted !== false,
    readConfidential: readConfidential !== false,
    classes: among(DATA_CLASSES, texts(classes)),
    ...(typeof since === 'number' && Number.isSafeInteger(since) ? { since: timeOf(since) } : {}),
    complete: complete === true,
    values: objects(values).map((one) => originOf(one, bodies)),
    carries: among(DATA_CLASSES, texts(carries)),
  }
}

function originOf(one: JsonObject, bodies: boolean): ValueView {
  const [role] = among(ARGUMENT_ROLES, [text(one['role'])])
  const [origin] = among(ORIGINS, [text(one['origin'])])
  return {
    role: role ?? 'setting',
    // What cannot be told counts as the worst.
    origin: origin ?? 'untrusted',
    link: one['link'] === true,
    sightings: objects(one['sightings']).map((sighting) => sightingOf(sighting, bodies)),
    ...(bodies ? { at: text(one['at']), value: text(one['value']) } : {}),
  }
}

function sightingOf(one: JsonObject, bodies: boolean): z.output<typeof sightingView> {
  const [likeness] = among(LIKENESSES, [text(one['likeness'])])
  return {
    ...{ call: text(one['call']), server: text(one['server']), target: text(one['target']) },
    likeness: likeness ?? 'forgotten',
    ...(bodies ? { field: text(one['field']), quote: text(one['quote']) } : {}),
  }
}

function among<T extends string>(known: readonly T[], given: readonly string[]): T[] {
  return given.flatMap((one) => known.find((word) => word === one) ?? [])
}
