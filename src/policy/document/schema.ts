import { z } from 'zod'
import { SQL_DIALECTS } from '../../kernel/facts.ts'
import { SQL_CLASSES } from '../vocabulary.ts'
import {
  bytes,
  count,
  currency,
  decimal,
  duration,
  NAME,
  someWords,
  word,
  words,
} from './fields.ts'
import { scopeMembers } from './scope-schema.ts'
import { screen } from './screen-schema.ts'

const flags = z.strictObject({ allow: words.prefault([]), deny: words.prefault([]) }).prefault({})

const host = z.string().transform((text, context) => {
  const [, beneath = '', name = ''] = /^(\*\.)?(.{1,253})$/.exec(text) ?? []
  const canonical = canonicalHost(name)
  if (canonical !== undefined) return `${beneath}${canonical}`
  const message = 'expected a host such as `api.example.com` or `*.example.com`'
  context.addIssue({ code: 'custom', message })
  return z.NEVER
})

/** As the WHATWG URL standard writes a host: ASCII, lower case, addresses in one form, no brackets. */
function canonicalHost(name: string): string | undefined {
  const url = `http://${name.includes(':') ? `[${name}]` : name}`
  if (/[/?#@*\\\s]/.test(name) || !URL.canParse(url)) return undefined
  return new URL(url).hostname.replace(/^\[|\]$/g, '').replace(/\.$/, '')
}

const path = z.strictObject({
  within: someWords,
  deny: words.prefault([]),
  lexical: z.boolean().prefault(false),
  flags,
})
const url = z.strictObject({
  schemes: someWords.prefault(['https', 'http']),
  hosts: z.array(host).min(1).max(1_000).optional(),
  ports: z.array(z.int().min(1).max(65_535)).min(1).max(100).optional(),
  ranges: someWords.prefault(['public']),
  flags,
})
const sql = z.strictObject({
  dialect: z.enum(SQL_DIALECTS).optional(),
  statements: someWords.optional(),
  classes: z.array(z.enum(SQL_CLASSES)).min(1).optional(),
  tables: words.optional(),
  columnsDeny: words.prefault([]),
  functions: words.optional(),
  limitMax: count.optional(),
  multiple: z.boolean().prefault(false),
  flags,
})
const shell = z
  .strictObject({
    programs: someWords.optional(),
    operators: words.prefault([]),
    redirects: z.boolean().prefault(false),
    argv: z.array(someWords).min(1).max(1_000).optional(),
    flags,
  })
  .refine(({ programs, argv }) => programs !== undefined || argv !== undefined, {
    error: 'needs `programs` or `argv`',
  })
  .refine(({ argv = [] }) => argv.every(([program = '']) => !/[*?]/.test(program)), {
    path: ['argv'],
    error: 'a command begins with the name of a program, not with a pattern',
  })
const recipients = z
  .strictObject({
    domains: z.array(host).max(1_000).prefault([]),
    addresses: words.prefault([]),
    maxCount: count.optional(),
    flags,
  })
  .refine(({ domains, addresses }) => domains.length + addresses.length > 0, {
    error: 'needs `domains` or `addresses`',
  })
const amount = z.strictObject({
  min: decimal.prefault('0'),
  max: decimal,
  total: decimal.optional(),
  currencies: z.array(currency).min(1).optional(),
  flags,
})
const identifier = z.strictObject({ types: someWords, flags })
const media = z.strictObject({
  types: z
    .array(
      word.regex(/^[a-z0-9][a-z0-9.+-]*\/(\*|[a-z0-9][a-z0-9.+-]*)$/, {
        error: 'expected a media type such as `image/png` or `image/*`',
      }),
    )
    .min(1),
  maxBytes: bytes.optional(),
  flags,
})
const pattern = z.strictObject({ maxLength: count.prefault(1_000), flags })

/** The kinds of guard, by the word that they are written with. */
const KINDS = { path, url, sql, shell, recipients, amount, identifier, media, pattern } as const

const guard = z
  .strictObject({
    path: path.optional(),
    url: url.optional(),
    sql: sql.optional(),
    shell: shell.optional(),
    recipients: recipients.optional(),
    amount: amount.optional(),
    identifier: identifier.optional(),
    media: media.optional(),
    pattern: pattern.optional(),
    arguments: z
      .array(word.regex(/^[^/]|^(\/[^/]+)+$/, { error: 'expected a name or a JSON Pointer' }))
      .min(1)
      .max(100)
      .optional(),
  })
  .refine((written) => kindsIn(written).length === 1, {
    error: `needs exactly one of ${Object.keys(KINDS)
      .map((kind) => `\`${kind}\``)
      .join(', ')}`,
  })

export function kindsIn(written: object): readonly string[] {
  return Object.keys(KINDS).filter((kind) => Object.hasOwn(written, kind))
}

const scope = z.strictObject(scopeMembers)

const limit = z.strictObject({
  calls: count.optional(),
  bytes: bytes.optional(),
  rows: count.optional(),
  amount: decimal.optional(),
  concurrent: count.optional(),
  every: duration.optional(),
  kind: z.enum(['bucket', 'window']).optional(),
  per: z
    .array(z.enum(['subject', 'agent', 'client', 'server', 'tool']))
    .refine((keys) => new Set(keys).size === keys.length, { error: 'a key stands twice' }),
  currency: currency.optional(),
  for: scope.optional(),
})

const name = z.string().regex(NAME, {
  error: 'a name is 1 to 64 letters, digits, `-`, `_` or `.`, and begins with a letter or digit',
})

/** What a YAML file beside the policies may hold. */
export const DOCUMENT = z.strictObject({
  guards: z.record(name, guard).prefault({}),
  limits: z.record(name, limit).prefault({}),
  screens: z.record(name, screen).prefault({}),
})

export type WrittenGuard = z.output<typeof guard>
export type WrittenLimit = z.output<typeof limit>

/** The JSON Schema (2020-12) of such a file, for editors. */
export function policyDocumentJsonSchema(): object {
  const { $schema, ...rest } = z.toJSONSchema(DOCUMENT, { io: 'input' })
  return { $schema, title: 'guards, limits and screens', ...rest }
}
