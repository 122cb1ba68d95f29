import fc from 'fast-check'
import { CONTENT_CATEGORIES } from '../../kernel/content.ts'
import type {
  AmountFact,
  Facts,
  PathFact,
  RecipientFact,
  ShellFact,
  SqlFact,
  UrlFact,
} from '../../kernel/facts.ts'
import { NO_FACTS } from '../../kernel/facts.ts'
import { CERTAINTIES } from '../../kernel/finding.ts'

const PLACE = { at: '/a', origin: 'declared', flags: [] } as const

export function path(real: string | undefined, more: Partial<PathFact> = {}): PathFact {
  const lexical = real ?? '/elsewhere'
  const seen = real === undefined ? {} : { real }
  return { ...PLACE, text: lexical, style: 'posix', lexical, ...seen, ...more }
}

export function url(host: string, more: Partial<UrlFact> = {}): UrlFact {
  return {
    ...PLACE,
    href: `https://${host}/`,
    scheme: 'https',
    host,
    port: 443,
    path: '/',
    addresses: ['93.184.216.34'],
    ranges: ['public'],
    ...more,
  }
}

export function sql(more: Partial<SqlFact> = {}): SqlFact {
  return {
    ...PLACE,
    dialects: ['postgresql'],
    count: 1,
    statements: ['select'],
    classes: ['read'],
    tables: ['crm.customer'],
    columns: ['name'],
    functions: [],
    limit: 10,
    ...more,
  }
}

export function shell(...commands: readonly (readonly (string | null)[])[]): ShellFact {
  const programs = commands.flatMap(([word]) => word?.replace(/^.*\//, '') ?? [])
  return { ...PLACE, commands, programs, operators: [], redirects: [] }
}

export function recipient(address: string, more: Partial<RecipientFact> = {}): RecipientFact {
  return { ...PLACE, address, domain: address.slice(address.lastIndexOf('@') + 1), ...more }
}

export function amount(value: string, currency?: string): AmountFact {
  return { ...PLACE, value, ...(currency === undefined ? {} : { currency }) }
}

export function facts(some: Partial<Facts>): Facts {
  return { ...NO_FACTS, ...some }
}

const words = (...all: readonly string[]) => fc.subarray([...all], { minLength: 0 })
const place = fc.record({
  at: fc.constantFrom('', '/a', '/b/0', '/b/0/c', '/b/c'),
  origin: fc.constantFrom('declared' as const, 'found' as const),
  flags: words('linked', 'stream', 'odd'),
})
/** Facts with an optional part or without it: `exactOptionalPropertyTypes` tells these apart. */
function maybe<Name extends string, Item>(name: Name, item: fc.Arbitrary<Item>) {
  return fc
    .option(item, { nil: undefined })
    .map((one) => (one === undefined ? {} : { [name]: one })) as fc.Arbitrary<
    Partial<Record<Name, Item>>
  >
}
function with_<A, B>(left: fc.Arbitrary<A>, right: fc.Arbitrary<B>): fc.Arbitrary<A & B> {
  return fc.tuple(left, right).map(([a, b]) => ({ ...a, ...b }))
}
const some = <Item>(item: fc.Arbitrary<Item>) => fc.array(item, { maxLength: 3 })
const texts = fc.constantFrom('/srv/a', '/srv/b/.env', '/etc/passwd', '😀', 'a"b')

/** Facts of every kind, of few words, so that what a guard or a policy names is often there. */
export const someFacts: fc.Arbitrary<Facts> = fc.record({
  paths: some(
    with_(
      with_(
        place,
        fc.record({
          text: texts,
          style: fc.constantFrom('posix' as const, 'windows' as const),
          lexical: texts,
        }),
      ),
      with_(maybe('real', texts), maybe('exists', fc.boolean())),
    ),
  ),
  urls: some(
    with_(
      with_(
        place,
        fc.record({
          href: fc.constant('x'),
          scheme: fc.constantFrom('https', 'file'),
          host: fc.constantFrom('example.com', 'a.example.com', 'evil.example'),
          path: fc.constant('/'),
          addresses: words('1.2.3.4', '10.0.0.1'),
          ranges: words('public', 'private'),
        }),
      ),
      maybe('port', fc.constantFrom(443, 22)),
    ),
  ),
  sql: some(
    with_(
      with_(
        place,
        fc.record({
          dialects: words('postgresql', 'mysql') as fc.Arbitrary<('postgresql' | 'mysql')[]>,
          count: fc.nat(2),
          statements: words('select', 'delete'),
          classes: words('read', 'delete'),
          tables: words('t', 'u'),
          columns: words('c', '*'),
          functions: words('count'),
        }),
      ),
      maybe('limit', fc.constantFrom(1, 100, 1e300)),
    ),
  ),
  shell: some(
    with_(
      place,
      fc.record({
        commands: some(some(fc.constantFrom('git', 'status', '/tmp/git', null))),
        programs: words('git'),
        operators: words('|', '&&'),
        redirects: some(
          fc.record({ operator: fc.constant('>'), target: fc.constantFrom('/dev/null', null) }),
        ),
      }),
    ),
  ),
  recipients: some(
    with_(
      place,
      fc.record({ address: fc.constantFrom('a@x', 'b@y'), domain: fc.constantFrom('x', 'y') }),
    ),
  ),
  amounts: some(
    with_(
      with_(
        place,
        fc.record({
          value: fc.constantFrom(
            '1',
            '-2.50',
            '0.00010',
            '0.00001',
            '922337203685477',
            '9'.repeat(30),
          ),
        }),
      ),
      maybe('currency', fc.constantFrom('EUR', 'USD')),
    ),
  ),
  identifiers: some(
    with_(
      place,
      fc.record({ type: fc.constantFrom('uuid', 'iban'), value: fc.constantFrom('v', '\ud800') }),
    ),
  ),
  media: some(
    with_(
      with_(place, fc.record({ type: fc.constantFrom('image/png', 'text/html') })),
      maybe('bytes', fc.nat(9)),
    ),
  ),
  patterns: some(with_(place, fc.record({ source: fc.constantFrom('a', '(a+)+') }))),
  content: some(
    fc.record({
      category: fc.constantFrom(...CONTENT_CATEGORIES),
      type: fc.constantFrom('uuid', 'EUR', '\ud800'),
      at: fc.constantFrom('/srv/a', ''),
      certainty: fc.constantFrom(...CERTAINTIES),
    }),
  ),
  unparsable: fc.oneof(
    { arbitrary: fc.constant([]), weight: 3 },
    {
      arbitrary: some(
        fc.record({
          at: fc.constantFrom('/a', '/b'),
          kind: fc.constantFrom('path' as const, 'sql' as const),
          why: fc.constant('odd'),
        }),
      ),
      weight: 1,
    },
  ),
})
