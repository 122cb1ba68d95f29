import { z } from 'zod'
import { DATA_CLASSES } from '../kernel/access.ts'
import { CANARY_KINDS } from '../kernel/canary.ts'
import { ARGUMENT_KINDS, SQL_DIALECTS } from '../kernel/facts.ts'
import { ARGUMENT_ROLES, SOURCE_TRUSTS } from '../kernel/flow.ts'
import { FIRST_SIGHT } from '../kernel/pins.ts'
import { authorization } from './authorization-schema.ts'
import { address, duration, path, textOrSecret } from './fields.ts'
import { sandbox, serverPackage } from './sandbox-schema.ts'

/** The settings of `revision`. The revisions are those of the wire, newest first. */
export const REVISION_SETTINGS = [
  'auto',
  'legacy',
  '2026-07-28',
  '2025-11-25',
  '2025-06-18',
  '2025-03-26',
] as const

const argument = z
  .strictObject({
    kind: z
      .enum(ARGUMENT_KINDS)
      .optional()
      .describe('What the argument is. One that cannot be read as that is denied; `text` is free.'),
    role: z
      .enum(ARGUMENT_ROLES)
      .optional()
      .describe(
        'What the argument decides: where something goes, which thing is meant, what is written. Policies on flows go by it.',
      ),
    dialect: z
      .enum(SQL_DIALECTS)
      .optional()
      .describe('Of `sql`: the dialect that the server runs.'),
    currency: z
      .string()
      .regex(/^[A-Z]{3}$/, { error: 'expected a currency such as `EUR`' })
      .optional()
      .describe('Of an `amount`: its currency (ISO 4217), where the call does not say.'),
  })
  .refine(({ kind, role }) => kind !== undefined || role !== undefined, {
    error: 'say its `kind` or its `role`',
  })
  .describe('What an argument is.')

const returns = z
  .strictObject({
    fields: z
      .record(z.string().min(1).max(1_024), z.enum(SOURCE_TRUSTS))
      .default({})
      .describe(
        'Who writes which field, by name or by the end of its JSON Pointer (`/author/name`, `*` is any step), where it is not who writes the rest.',
      ),
  })
  .describe('What it returns.')

/** What an operator says that a tool does. */
export const classes = {
  effects: z
    .array(z.enum(['read', 'write', 'delete', 'execute', 'send', 'pay', 'admin']))
    .min(1)
    .max(7)
    .describe('What the tool does to the world.'),
  reversible: z.boolean().default(false).describe('Whether what it does can be undone.'),
  risk: z
    .enum(['low', 'medium', 'high'])
    .default('high')
    .describe('How bad a wrong call would be.'),
  reads: z
    .array(z.enum(DATA_CLASSES))
    .max(DATA_CLASSES.length)
    .default([])
    .describe('Kinds of data that it hands out.'),
  trust: z
    .enum(SOURCE_TRUSTS)
    .default('untrusted')
    .describe(
      'Who writes what it returns: `trusted` people and systems, `members` of your organisation, or anybody.',
    ),
}

const tool = z
  .strictObject({
    ...classes,
    arguments: z
      .record(z.string().min(1).max(1_024), argument)
      .default({})
      .describe(
        'What its arguments are, by name or by JSON Pointer (`/filter/path`), where name and schema do not tell.',
      ),
    returns: returns.prefault({}),
  })
  .describe('Your own classification of a tool. What a server says of its tools is never believed.')

const common = {
  enabled: z.boolean().default(true).describe('A disabled server is not connected and not listed.'),
  mode: z
    .enum(['enforce', 'observe'])
    .default('enforce')
    .describe(
      '`observe` lets everything pass, and records what would have been denied. Not for long.',
    ),
  firstSight: z
    .enum(FIRST_SIGHT)
    .optional()
    .describe(
      'What happens to the definitions that it shows first; `definitions.firstSight` by default.',
    ),
  decoys: z
    .enum(CANARY_KINDS)
    .optional()
    .describe(
      'Results of its tools carry a decoy of this kind, another one for each principal: whoever sends it anywhere is found out. None by default.',
    ),
  revision: z
    .enum(REVISION_SETTINGS)
    .default('auto')
    .describe(
      'Protocol revision to speak with it: `auto` finds out, `legacy` takes the newest one with sessions.',
    ),
  timeout: duration('100ms', '1d')
    .optional()
    .describe('Time for an answer; `limits.callTimeout` by default.'),
  tools: z
    .record(z.string().min(1).max(128), tool)
    .default({})
    .describe(
      'Classification of its tools, by name. A tool not listed is classed by its name, cautiously.',
    ),
}

const stdio = z.strictObject({
  transport: z
    .literal('stdio')
    .describe('A local program, spoken to over its standard input and output.'),
  command: z
    .string()
    .min(1)
    .max(4_096)
    .regex(/^[^\0]*$/, { error: 'a command holds no zero byte' })
    .optional()
    .describe(
      'The program; required without `package`. One with a `/` is a path; others are found on `PATH`.',
    ),
  package: serverPackage.optional(),
  args: z
    .array(
      z
        .string()
        .max(8_192)
        .regex(/^[^\0]*$/, { error: 'an argument holds no zero byte' }),
    )
    .max(256)
    .default([])
    .describe(
      'Its arguments, passed as they are: no shell reads them. Visible to other users of the machine, so no place for secrets.',
    ),
  env: z
    .record(
      z.string().regex(/^[A-Za-z_][A-Za-z0-9_]*$/, {
        error: 'expected the name of an environment variable',
      }),
      textOrSecret(),
    )
    .default({})
    .describe(
      'Environment variables to set. Of the gateway’s own it gets only the harmless ones, such as `PATH`. Secrets by reference.',
    ),
  cwd: path().optional().describe('Folder to start it in; the configuration’s own by default.'),
  sandbox,
  ...common,
})

const remote = {
  url: address().describe('Its address. Holds no secrets: put them into `headers`.'),
  headers: z
    .record(
      z
        .string()
        .regex(/^[!#$%&'*+.^_`|~0-9A-Za-z-]{1,128}$/, { error: 'expected the name of a header' }),
      textOrSecret(),
    )
    .default({})
    .describe(
      'Headers to send with every request. Secrets by reference: `Authorization: Bearer secret://env/NAME`.',
    ),
  authorization: authorization.optional(),
  ...common,
}

const http = z.strictObject({
  transport: z.literal('http').describe('A remote server over Streamable HTTP.'),
  ...remote,
})

const sse = z.strictObject({
  transport: z
    .literal('sse')
    .describe('A remote server over HTTP with SSE, the transport before 2025-03-26.'),
  ...remote,
})

/** One server behind the gateway. */
export const server = z
  .discriminatedUnion('transport', [stdio, http, sse])
  .describe('A server: how to reach it, and what its tools do.')
