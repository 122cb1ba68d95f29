import { z } from 'zod'
import { CREDENTIAL_KINDS } from '../../kernel/credential.ts'
import { SCREEN_ACTIONS } from '../../kernel/screening.ts'
import { CLIENT_TRUSTS, ESTABLISHED_BY } from '../../kernel/subject.ts'
import { EFFECTS, SHAPES } from '../vocabulary.ts'
import { contentSchema, factsSchema } from './fact-schema.ts'
import { flowSchema } from './flow-schema.ts'
import { liftSchema } from './lift-expectation.ts'
import { worldSchema } from './world-schema.ts'

const MOST_TESTS = 5_000
const name = z.string().min(1).max(300)
const id = z.string().min(1).max(2_048)

/** By what right the client acts. What it leaves out is as with the operator's own client. */
const authorization = z.strictObject({
  client: id.optional().describe('The id of the OAuth client.'),
  trust: z.enum(CLIENT_TRUSTS).optional().describe('How the client is known.'),
  grant: z.string().max(2_048).optional().describe('The grant that the token is of.'),
  scopes: z.array(id).max(256).optional().describe('What was granted.'),
  bound: z.boolean().optional().describe('Whether the token is bound to a key of its sender.'),
  issuer: z.string().max(2_048).optional().describe('Who issued the token.'),
  methods: z
    .array(id)
    .max(16)
    .optional()
    .describe('How the subject proved who it is: `pwd`, `hwk`.'),
})

type Words = readonly [string, ...string[]]
const resource = SHAPES.resource as Readonly<Record<string, Words>>
function oneOf(attribute: string) {
  return z.enum(resource[attribute] as unknown as [string, ...string[]])
}

/** What a test says of the call. What it leaves out comes from `defaults`, or from the definitions. */
const given = {
  subject: z
    .string()
    .regex(/^(user|agent):./s, { error: 'expected `user:id` or `agent:id`' })
    .optional()
    .describe('Who calls: `user:id` or `agent:id`.'),
  groups: z.array(name).max(256).optional().describe('The groups that the subject is in.'),
  actors: z
    .array(id)
    .max(16)
    .optional()
    .describe('Who acts for the subject: ids of agents, who acts now first.'),
  via: z.enum(ESTABLISHED_BY).optional().describe('How it was established who the subject is.'),
  authorization: authorization.optional().describe('By what right the client acts.'),
  client: z
    .strictObject({ name: z.string(), version: z.string().prefault('') })
    .optional()
    .describe('What the client says of itself: a claim.'),
  server: id
    .refine((text) => !text.includes(':'), { error: 'the name of a server holds no `:`' })
    .optional()
    .describe('The name of the server.'),
  tool: id.optional().describe('The name of the tool that is called.'),
  prompt: id.optional().describe('The name of the prompt that is got, instead of a tool.'),
  resource: id.optional().describe('The URI of the resource that is read, instead of a tool.'),
  action: z
    .enum(['call', 'read', 'get', 'complete'])
    .optional()
    .describe('By default what is done to a tool, a resource or a prompt.'),
  of: z
    .string()
    .regex(/^[^:]+:./s, { error: 'expected `server:tool`' })
    .optional()
    .describe('The tool that a virtual tool narrows: `server:tool`.'),
  effects: z
    .array(z.enum(EFFECTS as unknown as [(typeof EFFECTS)[number], ...(typeof EFFECTS)[number][]]))
    .optional()
    .describe('What the target does.'),
  reversible: z.boolean().optional(),
  risk: oneOf('risk').optional(),
  reads: z.array(oneOf('reads')).optional().describe('Kinds of data that it hands out.'),
  trust: oneOf('trust').optional().describe('Who writes what it returns.'),
  classified: oneOf('classified').optional().describe('Where the classes come from.'),
  confidence: oneOf('confidence').optional(),
  arguments: z
    .record(z.string(), z.json())
    .optional()
    .describe('The arguments, as they would be forwarded.'),
  facts: factsSchema
    .optional()
    .describe('What analysers read. Left out: what they read from the arguments.'),
  flow: flowSchema
    .optional()
    .describe(
      'What was read before, and where values came from. Left out: nobody looked, so nothing was read.',
    ),
  credential: z
    .strictObject({ kind: z.enum(CREDENTIAL_KINDS), shared: z.boolean().prefault(false) })
    .optional()
    .describe('With what the server would be shown who the call is for. Left out: with nothing.'),
  rate: z
    .record(z.string(), z.strictObject({ left: z.int(), most: z.int() }))
    .optional()
    .describe('What is left of limits, by name.'),
  approved: z.boolean().optional().describe('Whether humans have approved the call.'),
  time: z
    .union([z.int(), z.iso.datetime({ offset: true })], {
      error: 'expected a time such as `2026-01-31T09:00:00Z`, or milliseconds since the epoch',
    })
    .optional()
    .describe('When the call is made.'),
}

const expected = {
  result: z
    .array(contentSchema)
    .max(1_000)
    .optional()
    .describe('What was found in the result: then the test is about what happens to it.'),
  expect: z
    .enum(['permit', 'deny', 'ask', ...SCREEN_ACTIONS])
    .describe(
      'What is decided. `ask`: denied, and a human may lift it. Of a result: what happens to it.',
    ),
  by: z
    .array(z.string())
    .optional()
    .describe('The policies that decide, all of them, in any order.'),
  content: z
    .enum(SCREEN_ACTIONS)
    .optional()
    .describe('What screens say of what the arguments hold.'),
  alert: z.boolean().optional().describe('Whether a screen has somebody told.'),
  stop: z.boolean().optional().describe('Whether a screen ends the grant of the caller.'),
  marking: z.enum(['none', 'meta', 'text']).optional().describe('How the result is marked.'),
  asks: liftSchema.optional().describe('Who is asked, and how; of a test that expects `ask`.'),
}

export const givenSchema = z.strictObject(given)

/** A file of policy tests. */
export const testFileSchema = z.strictObject({
  name: name.describe('What is tested.'),
  policies: z
    .enum(['own', 'all'])
    .prefault('all')
    .describe('`own`: those of the folder of the file decide alone. `all`: all that are tested.'),
  elsewhere: z
    .literal('permit')
    .optional()
    .describe(
      '`permit`: other policies, called `elsewhere`, permit everything. For policies that only forbid.',
    ),
  world: worldSchema.prefault({}).describe('The world around the calls.'),
  defaults: givenSchema.optional().describe('What every test starts from.'),
  tests: z
    .array(z.strictObject({ name: name.describe('What should be so.'), ...given, ...expected }))
    .min(1)
    .max(MOST_TESTS),
})

export type Given = z.output<typeof givenSchema>
export type WrittenTest = z.output<typeof testFileSchema>['tests'][number]

/** The JSON Schema (2020-12) of a file of policy tests, for editors. */
export function policyTestJsonSchema(): object {
  const { $schema, ...rest } = z.toJSONSchema(testFileSchema, { io: 'input' })
  return { $schema, title: 'policy tests', ...rest }
}
