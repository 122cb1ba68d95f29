import { z } from 'zod'
import { CONTENT_CATEGORIES } from '../../kernel/content.ts'
import type { Facts } from '../../kernel/facts.ts'
import { SQL_DIALECTS } from '../../kernel/facts.ts'
import { CERTAINTIES } from '../../kernel/finding.ts'
import { FACT_KINDS } from '../vocabulary.ts'

const text = z.string().max(10_000)
const texts = z.array(text).max(1_000)
const count = z.int().min(0)

/** What every fact may say, and what it is when it does not. */
const place = {
  at: text.prefault(''),
  origin: z.enum(['declared', 'found']).prefault('declared'),
  flags: texts.prefault([]),
}

/** A member that is left out is absent: `exactOptionalPropertyTypes` tells that from `undefined`. */
function present<Value extends object>(value: Value): Value {
  return Object.fromEntries(
    Object.entries(value).filter(([, member]) => member !== undefined),
  ) as Value
}

const path = z.strictObject({
  ...place,
  lexical: text,
  text: text.optional(),
  style: z.enum(['posix', 'windows']).prefault('posix'),
  real: text.optional(),
  exists: z.boolean().optional(),
})
const url = z.strictObject({
  ...place,
  href: text.refine((href) => URL.canParse(href), { error: 'expected a URL' }),
  addresses: texts.prefault([]),
  ranges: texts.prefault([]),
  listed: z.boolean().optional(),
})
const sql = z.strictObject({
  ...place,
  dialects: z.array(z.enum(SQL_DIALECTS)).prefault(['postgresql']),
  count: count.prefault(1),
  statements: texts.prefault([]),
  classes: texts.prefault([]),
  tables: texts.prefault([]),
  columns: texts.prefault([]),
  functions: texts.prefault([]),
  limit: count.optional(),
})
const shell = z.strictObject({
  ...place,
  commands: z.array(z.array(text.nullable())).prefault([]),
  programs: texts.prefault([]),
  operators: texts.prefault([]),
  redirects: z.array(z.strictObject({ operator: text, target: text.nullable() })).prefault([]),
})
const recipient = z.strictObject({
  ...place,
  address: text.refine((address) => address.includes('@'), { error: 'expected an address' }),
  display: text.optional(),
})
const amount = z.strictObject({ ...place, value: text, currency: text.optional() })
const identifier = z.strictObject({ ...place, type: text, value: text })
const media = z.strictObject({ ...place, type: text, bytes: count.optional() })
const pattern = z.strictObject({ ...place, source: text })
const unparsable = z.strictObject({
  at: text.prefault(''),
  kind: z.enum(FACT_KINDS as [(typeof FACT_KINDS)[number], ...(typeof FACT_KINDS)[number][]]),
  why: text.prefault('it cannot be read'),
})

export const contentSchema = z.strictObject({
  category: z.enum(CONTENT_CATEGORIES),
  type: text.prefault('other'),
  at: text.prefault(''),
  certainty: z.enum(CERTAINTIES).prefault('proved'),
})
export type ContentOfTest = z.output<typeof contentSchema>

function listOf<Item extends z.ZodType>(item: Item) {
  return z.array(item).max(1_000).prefault([])
}

/** Facts as a test writes them: whatever it leaves out is empty, or follows from the rest. */
export const factsSchema = z.strictObject({
  paths: listOf(path),
  urls: listOf(url),
  sql: listOf(sql),
  shell: listOf(shell),
  recipients: listOf(recipient),
  amounts: listOf(amount),
  identifiers: listOf(identifier),
  media: listOf(media),
  patterns: listOf(pattern),
  content: listOf(contentSchema),
  unparsable: listOf(unparsable),
})

/** The facts that a test has written. */
export function factsOfTest(written: z.output<typeof factsSchema>): Facts {
  const { paths, urls, recipients } = written
  const rest = Object.fromEntries(
    Object.entries(written).map(([name, list]) => [name, list.map((one) => present(one))]),
  ) as unknown as Facts
  return {
    ...rest,
    paths: paths.map((one) => ({
      ...present(one),
      text: one.text ?? one.lexical,
    })) as Facts['paths'],
    urls: urls.map((one) => ({ ...present(one), ...partsOf(one.href) })) as Facts['urls'],
    recipients: recipients.map((one) => ({
      ...present(one),
      domain: one.address.slice(one.address.lastIndexOf('@') + 1).toLowerCase(),
    })) as Facts['recipients'],
  }
}

const PORTS: Readonly<Record<string, number>> = { http: 80, https: 443, ws: 80, wss: 443, ftp: 21 }

function partsOf(href: string): Pick<Facts['urls'][number], 'scheme' | 'host' | 'port' | 'path'> {
  const { protocol, hostname, port, pathname } = new URL(href)
  const scheme = protocol.replace(/:$/, '')
  const known = port === '' ? PORTS[scheme] : Number(port)
  return {
    scheme,
    host: hostname.replace(/^\[|\]$/g, '').replace(/\.$/, ''),
    path: pathname,
    ...(known === undefined ? {} : { port: known }),
  }
}
