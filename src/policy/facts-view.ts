import type { ContentCategory } from '../kernel/content.ts'
import type { AmountFact, FactPlace, Facts, UrlFact } from '../kernel/facts.ts'
import { isAtLeast } from '../kernel/finding.ts'
import { factsOf } from './guards/scope.ts'
import { parseDecimal } from './language/decimal.ts'
import { fault } from './language/fault.ts'
import { lazyMembers, type Makers, wholeNumber } from './language/lazy-record.ts'
import { add } from './language/long.ts'
import { type Decimal, type RecordValue, setOf } from './language/value.ts'
import { CONTENT_MEMBERS, FACT_KINDS } from './vocabulary.ts'
import { wordSet } from './word-set.ts'

/** Stands in a set for what a fact does not say: a currency, where a redirection leads. */
const UNKNOWN = 'unknown'

/**
 * `context.facts`: what analysers read, as sets and totals, for Cedar has no quantifiers. Every
 * member is made when it is read; one that Cedar cannot hold faults then, so that it denies.
 * `guards` gives the outcome of each guard by name.
 */
export function factsRecord(facts: Facts, guards: RecordValue): RecordValue {
  return lazyMembers(() => [
    ['kinds', () => setOf(FACT_KINDS.filter((kind) => factsOf(facts, kind).length > 0))],
    ['unparsable', () => setOf(facts.unparsable.map(({ kind }) => kind))],
    ['paths', () => lazyMembers(() => paths(facts))],
    ['urls', () => lazyMembers(() => urls(facts))],
    ['sql', () => lazyMembers(() => sql(facts))],
    ['shell', () => lazyMembers(() => shell(facts))],
    ['recipients', () => lazyMembers(() => recipients(facts))],
    ['amounts', () => lazyMembers(() => amounts(facts))],
    ['identifiers', () => lazyMembers(() => identifiers(facts))],
    ['media', () => lazyMembers(() => media(facts))],
    ['patterns', () => lazyMembers(() => common(facts.patterns))],
    ...CONTENT_MEMBERS.map(
      ([name, category]) => [name, () => lazyMembers(() => content(facts, category))] as const,
    ),
    ['guards', () => guards],
  ])
}

function paths({ paths }: Facts): Makers {
  return [
    ...common(paths),
    ['lexical', () => wordSet(paths.map(({ lexical }) => lexical))],
    ['real', () => wordSet(paths.flatMap(({ real }) => real ?? []))],
    ['resolved', () => all(paths, ({ real }) => real !== undefined)],
    ['allExist', () => all(paths, ({ exists }) => exists === true)],
  ]
}

function urls({ urls }: Facts): Makers {
  return [
    ...common(urls),
    ['schemes', () => wordSet(urls.map(({ scheme }) => scheme))],
    ['hosts', () => wordSet(urls.map(({ host }) => host))],
    ['ports', () => setOf(urls.flatMap(({ port }) => port ?? []))],
    ['ranges', () => wordSet(urls.flatMap(({ ranges }) => ranges))],
    ['addresses', () => wordSet(urls.flatMap(({ addresses }) => addresses))],
    ['unlisted', () => wordSet(urls.filter(isUnlistedArgument).map(({ host }) => host))],
  ]
}

/** A text may speak of any site: only what an argument is counts as where the server is sent. */
function isUnlistedArgument({ origin, listed }: UrlFact): boolean {
  return origin === 'declared' && listed === false
}

function sql({ sql }: Facts): Makers {
  const limits = sql.map(({ limit }) => limit)
  const limited = all(limits, (limit) => limit !== undefined)
  return [
    ...common(sql),
    ['count', () => wholeNumber(sql.reduce((sum, { count }) => sum + count, 0))],
    ['statements', () => wordSet(sql.flatMap(({ statements }) => statements))],
    ['classes', () => wordSet(sql.flatMap(({ classes }) => classes))],
    ['tables', () => wordSet(sql.flatMap(({ tables }) => tables))],
    ['columns', () => wordSet(sql.flatMap(({ columns }) => columns))],
    ['functions', () => wordSet(sql.flatMap(({ functions }) => functions))],
    ['limited', () => limited],
    [
      'limit',
      () =>
        limited ? wholeNumber(Math.max(...limits.map((limit) => limit ?? Infinity))) : undefined,
    ],
  ]
}

function shell({ shell }: Facts): Makers {
  return [
    ...common(shell),
    ['programs', () => wordSet(shell.flatMap(({ programs }) => programs))],
    ['operators', () => wordSet(shell.flatMap(({ operators }) => operators))],
    [
      'redirects',
      () =>
        wordSet(shell.flatMap(({ redirects }) => redirects.map(({ target }) => target ?? UNKNOWN))),
    ],
  ]
}

function recipients({ recipients }: Facts): Makers {
  return [
    ...common(recipients),
    ['addresses', () => wordSet(recipients.map(({ address }) => address))],
    ['domains', () => wordSet(recipients.map(({ domain }) => domain))],
  ]
}

function amounts({ amounts }: Facts): Makers {
  return [
    ...common(amounts),
    ['currencies', () => wordSet(amounts.map(({ currency }) => currency ?? UNKNOWN))],
    ['largest', () => (amounts.length === 0 ? undefined : magnitudes(amounts).reduce(larger))],
    ['total', () => magnitudes(amounts).reduce(sum, parseDecimal('0.0'))],
  ]
}

function identifiers({ identifiers }: Facts): Makers {
  return [
    ...common(identifiers),
    ['types', () => wordSet(identifiers.map(({ type }) => type))],
    ['values', () => wordSet(identifiers.map(({ value }) => value))],
  ]
}

function media({ media }: Facts): Makers {
  return [
    ...common(media),
    ['types', () => wordSet(media.map(({ type }) => type))],
    ['bytes', () => wholeNumber(media.reduce((sum, { bytes }) => sum + (bytes ?? 0), 0))],
  ]
}

/** Only what is likely: one sign alone is for screens that ask for it. */
function content({ content = [] }: Facts, category: ContentCategory): Makers {
  const found = content.filter(
    (one) => one.category === category && isAtLeast(one.certainty, 'likely'),
  )
  return [
    ['count', () => found.length],
    ['types', () => wordSet(found.map(({ type }) => type))],
    ['at', () => wordSet(found.map(({ at }) => at))],
  ]
}

function common(facts: readonly FactPlace[]): Makers {
  return [
    ['count', () => facts.length],
    ['flags', () => wordSet(facts.flatMap(({ flags }) => flags))],
  ]
}

/** True of something, and of all of it: a permit that asks for it wants to have seen some. */
function all<Item>(items: readonly Item[], holds: (item: Item) => boolean): boolean {
  return items.length > 0 && items.every(holds)
}

/**
 * The amounts without their signs: one that is negative must not make room for another.
 *
 * @throws {Fault} for one that no decimal holds, since the rest would look like all of them.
 */
function magnitudes(amounts: readonly AmountFact[]): readonly Decimal[] {
  return amounts.map(({ value }) => {
    const [, whole, fraction = ''] = /^-?(\d+)(?:\.(\d+))?$/.exec(value) ?? []
    if (whole === undefined) return fault('an amount is not a decimal')
    return parseDecimal(`${whole}.${fraction.replace(/0+$/, '') || '0'}`)
  })
}

function larger(left: Decimal, right: Decimal): Decimal {
  return left.scaled < right.scaled ? right : left
}

function sum(left: Decimal, right: Decimal): Decimal {
  return { kind: 'decimal', scaled: add(left.scaled, right.scaled) }
}
