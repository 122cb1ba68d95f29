import { z } from 'zod'
import { ARGUMENT_KINDS, SQL_DIALECTS } from '../../kernel/facts.ts'

const name = z.string().min(1).max(300)
const absolute = z
  .string()
  .max(4_096)
  .regex(/^\/|^[A-Za-z]:[\\/]/, { error: 'expected an absolute path' })

/** What the operator's configuration says of an argument; see `servers.<name>.tools.<tool>.arguments`. */
const hint = z.strictObject({
  kind: z.enum(ARGUMENT_KINDS),
  dialect: z.enum(SQL_DIALECTS).optional(),
  currency: z.string().optional(),
})

const server = z.strictObject({
  local: z.boolean().prefault(true).describe('Whether it runs on this machine.'),
  cwd: absolute.optional().describe('The folder that relative paths count from.'),
  tools: z
    .record(name, z.strictObject({ arguments: z.record(name, hint).prefault({}) }))
    .prefault({})
    .describe('What arguments of its tools are, as in the configuration.'),
})

/** All that a test file may say of the world around the calls. */
export const worldSchema = z.strictObject({
  places: z.record(name, absolute).prefault({}).describe('Folders that guards speak of, by name.'),
  links: z
    .record(absolute, absolute)
    .prefault({})
    .describe('Symbolic links: where each stands, and where it leads.'),
  hosts: z
    .record(name, z.array(z.union([z.ipv4(), z.ipv6()])))
    .prefault({})
    .describe('Addresses of hosts. A host that is not among them has none.'),
  servers: z.record(name, server).prefault({}).describe('Where servers run.'),
})

/** The world of a test file: every folder exists, links are those that it names, and nobody is asked. */
export type TestWorld = z.output<typeof worldSchema>

/** A world of which nothing is said. */
export const EMPTY_WORLD: TestWorld = worldSchema.parse({})
