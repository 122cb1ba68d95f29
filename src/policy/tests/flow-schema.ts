import { z } from 'zod'
import { DATA_CLASSES } from '../../kernel/access.ts'
import { ARGUMENT_ROLES, type FlowFacts, ORIGINS, type ValueOrigin } from '../../kernel/flow.ts'
import { isObject, type Json, type JsonObject } from '../../kernel/json.ts'
import { unescapeStep } from '../../kernel/json-pointer.ts'

const text = z.string().max(10_000)
const classes = z.array(z.enum(DATA_CLASSES)).max(DATA_CLASSES.length)

const sighting = z.strictObject({
  server: text,
  target: text.describe('The tool, resource or prompt.'),
  field: text.prefault('').describe('Where in the answer: a JSON Pointer.'),
  quote: text.prefault('').describe('What stands around it.'),
  likeness: z.enum(['same', 'decoded', 'joined', 'passage', 'forgotten']).prefault('same'),
})

const value = z.strictObject({
  at: text.describe('JSON Pointer into the arguments.'),
  role: z.enum(ARGUMENT_ROLES),
  origin: z.enum(ORIGINS),
  link: z.boolean().prefault(false).describe('Whether it is a link that readers follow.'),
  doubt: z
    .boolean()
    .prefault(false)
    .describe('Whether it is too short to tell whether text that was read means it.'),
  value: text.optional().describe('Left out: what the arguments hold there.'),
  sightings: z.array(sighting).max(100).prefault([]).describe('Where it was seen.'),
})

/** Where values came from, as a test writes it: whatever it leaves out is empty, or follows from the rest. */
export const flowSchema = z.strictObject({
  untrusted: z
    .boolean()
    .optional()
    .describe('Whether text of anybody was read. Left out: whether it names a value.'),
  confidential: z.boolean().prefault(false).describe('Whether what is not for all was read.'),
  complete: z.boolean().prefault(true).describe('Whether all that was read is still known.'),
  classes: classes.prefault([]).describe('Kinds of data that were read.'),
  values: z.array(value).max(1_000).prefault([]).describe('Where values came from.'),
  carries: classes.prefault([]).describe('Kinds of data that the arguments repeat.'),
})

/** The flow that a test has written, of a call with these arguments. */
export function flowOfTest(written: z.output<typeof flowSchema>, args: JsonObject): FlowFacts {
  const { untrusted, confidential, complete, classes: read, values, carries } = written
  return {
    context: 'test',
    readUntrusted: untrusted ?? values.some(({ origin }) => origin === 'untrusted'),
    readConfidential: confidential,
    classes: read.toSorted(),
    complete,
    values: values.map(
      ({ link, doubt, value: stated, sightings, ...one }): ValueOrigin => ({
        ...one,
        value: stated ?? textAt(args, one.at),
        ...(link ? { link } : {}),
        ...(doubt ? { doubt } : {}),
        sightings: sightings.map((seen) => ({ call: 'test', ...seen })),
      }),
    ),
    carries: carries.toSorted(),
  }
}

/** Which of the values stands nowhere in the arguments that the test states, and says no value itself. */
export function missingPlace(
  { values }: z.output<typeof flowSchema>,
  args: JsonObject = {},
): number | undefined {
  if (Object.keys(args).length === 0) return undefined
  const index = values.findIndex(
    (one) => one.value === undefined && found(args, one.at) === undefined,
  )
  return index < 0 ? undefined : index
}

function textAt(args: JsonObject, at: string): string {
  const value = found(args, at)
  return typeof value === 'string' ? value : (JSON.stringify(value) ?? '')
}

/** What a JSON Pointer leads to (RFC 6901 §4). */
function found(args: JsonObject, at: string): Json | undefined {
  const [, ...steps] = at.split('/').map(unescapeStep)
  return steps.reduce<Json | undefined>((here, step) => {
    if (Array.isArray(here)) return here[Number(step)]
    return isObject(here) && Object.hasOwn(here, step) ? here[step] : undefined
  }, args)
}
