import { z } from 'zod'
import { classes } from './server-schema.ts'

/** A tool of a server as policies name it: `server:tool`. */
const ORIGIN = /^([a-z0-9][a-z0-9-]{0,62}):([A-Za-z0-9_.-]{1,128})$/

const virtualTool = z
  .strictObject({
    of: z
      .string()
      .regex(ORIGIN, { error: 'expected a tool of a server, `server:tool`' })
      .transform((text) => {
        const [, server = '', name = ''] = ORIGIN.exec(text) ?? []
        return { server, name }
      })
      .meta({ title: 'tool, `server:tool`' })
      .describe('The tool that it narrows.'),
    title: z.string().min(1).max(200).optional().describe('Its title, for people.'),
    description: z
      .string()
      .min(1)
      .max(4_096)
      .optional()
      .describe('What it does, for the model; required where it takes other arguments.'),
    arguments: z
      .record(z.string().min(1).max(64), z.record(z.string(), z.unknown()))
      .optional()
      .meta({ title: 'map of names; each a JSON Schema' })
      .describe(
        'Its arguments, each a JSON Schema; all are required but those with `optional: true` or a `default`. Without `arguments` and `with`, it takes what the original takes.',
      ),
    with: z
      .record(z.string().min(1).max(1_024), z.unknown())
      .optional()
      .meta({ title: 'map of names; each any value' })
      .describe(
        // biome-ignore lint/suspicious/noTemplateCurlyInString: it is what the operator writes.
        'What the original gets: fixed values, an argument (`"${name}"`), or a template with its kind: `{ sql: …, dialect: … }`, `{ shell: … }`, `{ path: … }`, `{ url: … }`, `{ text: … }`; `{ fixed: … }` is never a template.',
      ),
    effects: classes.effects
      .optional()
      .describe('What it does to the world. Without it, its classes are those of the original.'),
    reversible: classes.reversible
      .unwrap()
      .optional()
      .describe('Beside `effects`: whether what it does can be undone; `false` by default.'),
    risk: classes.risk
      .unwrap()
      .optional()
      .describe('Beside `effects`: how bad a wrong call would be; `high` by default.'),
    reads: classes.reads
      .unwrap()
      .optional()
      .describe('Beside `effects`: kinds of data that it hands out.'),
    trust: classes.trust
      .unwrap()
      .optional()
      .describe(
        'Beside `effects`: who writes what it returns; `untrusted`, which is anybody, by default.',
      ),
  })
  .transform(({ effects, reversible, risk, reads, trust, ...tool }) => ({
    ...tool,
    classes: effects && {
      effects,
      reversible: reversible ?? false,
      risk: risk ?? ('high' as const),
      reads: reads ?? [],
      trust: trust ?? ('untrusted' as const),
    },
  }))
  .describe('A tool that narrows one of a real server.')

/** A server that exists in the configuration alone. */
export const virtualServer = z
  .strictObject({
    instructions: z
      .string()
      .min(1)
      .max(16_384)
      .optional()
      .describe('What it says of itself to clients.'),
    tools: z
      .record(
        z.string().regex(/^[A-Za-z0-9_.-]{1,128}$/, {
          error: 'a tool name is 1 to 128 of `A-Z`, `a-z`, `0-9`, `_`, `.` and `-`',
        }),
        virtualTool,
      )
      .describe('Its tools, by name.'),
  })
  .describe('A server of chosen and narrowed tools of real servers, under a name of its own.')
