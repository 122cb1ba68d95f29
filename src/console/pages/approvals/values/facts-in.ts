import type { Facts } from '../../../../kernel/facts.ts'
import { isWithin, stepTo } from './mail.ts'

/** Something that was read of an argument. */
export interface ReadFact {
  readonly at: string
  readonly what: string
  readonly value: string
  readonly flags: readonly string[]
  /** It could not be read. */
  readonly unread?: boolean
}

/** Facts as they are shown, in the order of their kinds. */
export function readFacts(facts: Facts): readonly ReadFact[] {
  return [
    ...facts.unparsable.map(({ at, kind, why }) => ({
      ...{ at, what: `cannot be read as ${kind}`, value: why, flags: [], unread: true },
    })),
    ...facts.sql.map(({ at, flags, classes, statements, tables, functions, limit }) => ({
      ...{ at, flags, what: 'SQL' },
      value: sentence([
        classes.join(', '),
        named('statements', statements),
        named('tables', tables),
        named('functions', functions),
        limit === undefined ? '' : `at most ${limit} rows`,
      ]),
    })),
    ...facts.shell.map(({ at, flags, programs, redirects }) => ({
      ...{ at, flags, what: 'shell' },
      value: sentence([
        named('runs', programs),
        named(
          'writes to or reads from',
          redirects.map(({ target }) => target ?? 'what is only known when it runs'),
        ),
      ]),
    })),
    ...facts.paths.map(({ at, flags, lexical, real, exists }) => ({
      ...{ at, flags, what: 'path' },
      value: sentence([
        real ?? lexical,
        exists === undefined ? '' : exists ? 'exists' : 'does not exist yet',
      ]),
    })),
    ...facts.urls.map(({ at, flags, host, port, ranges, addresses }) => ({
      ...{ at, flags, what: 'address' },
      value: sentence([
        port === undefined ? host : `${host} port ${port}`,
        ranges.join(', '),
        addresses.join(', '),
      ]),
    })),
    ...facts.recipients.map(({ at, flags, address, display }) => ({
      ...{ at, flags, what: 'recipient' },
      value: display === undefined ? address : `${address}, called ${display}`,
    })),
    ...facts.amounts.map(({ at, flags, value, currency }) => ({
      ...{ at, flags, what: 'amount', value: `${value} ${currency ?? ''}`.trim() },
    })),
    ...facts.identifiers.map(({ at, flags, type, value }) => ({ at, flags, what: type, value })),
    ...facts.media.map(({ at, flags, type, bytes }) => ({
      ...{ at, flags, what: 'media' },
      value: sentence([type, bytes === undefined ? '' : `${bytes} bytes`]),
    })),
    ...facts.patterns.map(({ at, flags, source }) => ({
      ...{ at, flags, what: 'regular expression', value: source },
    })),
  ]
}

/** Facts of one argument, by name; and those of none, which are about all of them. */
export function factsBy(
  facts: readonly ReadFact[],
  names: readonly string[],
): { readonly of: ReadonlyMap<string, readonly ReadFact[]>; readonly rest: readonly ReadFact[] } {
  const of = new Map(
    names.map((name) => [name, facts.filter(({ at }) => isWithin(at, stepTo('', name)))]),
  )
  const shown = new Set([...of.values()].flat())
  return { of, rest: facts.filter((fact) => !shown.has(fact)) }
}

function named(what: string, names: readonly string[]): string {
  return names.length === 0 ? '' : `${what} ${names.join(', ')}`
}

function sentence(parts: readonly string[]): string {
  return parts.filter((part) => part !== '').join('; ')
}
