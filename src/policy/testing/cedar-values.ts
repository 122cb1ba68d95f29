import type { CedarValueJson } from '@cedar-policy/cedar-wasm/nodejs'
import fc from 'fast-check'
import { parseDatetime, parseDuration } from '../language/datetime.ts'
import { parseDecimal } from '../language/decimal.ts'
import { parseIp } from '../language/ip.ts'
import { toLong } from '../language/long.ts'
import { entity, recordOf, setOf, type Value } from '../language/value.ts'

/** A value in the two forms that are compared: Cedar's JSON, and ours. */
export interface Twin {
  readonly json: CedarValueJson
  readonly value: Value
}

export type Uid = { readonly type: string; readonly id: string }

/** Names that attributes, tags and record members are drawn from. */
export const NAMES = ['a', 'b', 'flag', 'n', 's', 'set', 'rec', 'who', 'x y', '__proto__'] as const

export const UIDS: readonly Uid[] = ['User', 'Tool', 'N::Thing'].flatMap((type) =>
  ['1', 'a"b'].map((id) => ({ type, id })),
)

export const STRINGS = ['', 'a', 'ab', 'abcab', 'a*b', '*', 'é', '😀x', 'a\nb', '1.2.3.4'] as const

/** Texts for each constructor: some that it takes, some that it must not. */
export const CONSTRUCTIBLE = {
  ip: [
    '127.0.0.1',
    '127.0.0.1/7',
    '10.0.0.0/8',
    '10.1.2.3',
    '0.0.0.0/0',
    '224.0.0.1/4',
    '224.0.0.1/3',
    '01.2.3.4',
    '1.2.3.4/33',
    '::1',
    '::1/127',
    'ffee::/64',
    'FF02::1/8',
    'ff02::1/7',
    '::/0',
    '1:2:3:4:5:6:7:8',
    '1:2:3:4:5:6:7::',
    '1:2:3:4:5:6:7::8',
    '::1.2.3.4',
  ],
  decimal: [
    '0.0',
    '-0.0001',
    '1.5',
    '1.50',
    '922337203685477.5807',
    '922337203685477.5808',
    '-922337203685477.5808',
    '1.23456',
    '1',
  ],
  datetime: [
    '2024-10-15',
    '1970-01-01',
    '1969-12-31T23:59:59.999Z',
    '2024-10-15T11:35:00+0130',
    '2024-10-15T11:59:60Z',
    '2024-10-15T23:60:00Z',
    '2024-10-15T24:00:00Z',
    '2024-10-15T01:02:03-2400',
    '0000-02-29',
    '2023-02-29',
  ],
  duration: [
    '0ms',
    '1ms',
    '1d2h3m4s5ms',
    '-25h',
    '106751991167d',
    '106751991168d',
    '-9223372036854775808ms',
    '9223372036854775808ms',
    '1h1d',
    '-',
  ],
} as const

export type Constructor = keyof typeof CONSTRUCTIBLE

const PARSERS = {
  ip: parseIp,
  decimal: parseDecimal,
  datetime: parseDatetime,
  duration: parseDuration,
}

const LONGS = [
  0n,
  1n,
  -1n,
  2n,
  3n,
  2n ** 31n,
  2n ** 53n - 1n,
  2n ** 53n,
  -(2n ** 53n) - 1n,
  2n ** 63n - 1n,
  -(2n ** 63n),
]

const longs = fc.oneof(fc.constantFrom(...LONGS), fc.bigInt({ min: -9n, max: 9n }))

/** JSON.stringify writes it digit by digit, which no JavaScript number could. */
function rawJson(digits: string): number {
  const { rawJSON } = JSON as unknown as { readonly rawJSON: (json: string) => number }
  return rawJSON(digits)
}

const scalars: fc.Arbitrary<Twin> = fc.oneof(
  fc.boolean().map((value) => ({ json: value, value })),
  fc.constantFrom(...STRINGS).map((value) => ({ json: value, value })),
  longs.map(longTwin),
  fc.constantFrom(...UIDS).map(uidTwin),
  fc
    .constantFrom(...(Object.keys(CONSTRUCTIBLE) as Constructor[]))
    .chain((fn) => fc.constantFrom(...CONSTRUCTIBLE[fn]).map((arg) => ({ fn, arg })))
    .map(({ fn, arg }) => {
      try {
        return made(fn, arg)
      } catch {
        return { json: arg, value: arg }
      }
    }),
)

const TENTH_OF_A_THOUSANDTH = made('decimal', '0.0001')
const KNOWN_USER = uidTwin({ type: 'User', id: '1' })

/** Values of every kind and every edge: what operators are tried on, by kind. */
export const EDGES: readonly (readonly Twin[])[] = [
  [true, false].map((value) => ({ json: value, value })),
  [{ json: 'a', value: 'a' }],
  [0n, -1n, 3n, 2n ** 53n - 1n, 2n ** 53n, 2n ** 63n - 1n, -(2n ** 63n)].map(longTwin),
  [KNOWN_USER, uidTwin({ type: 'User', id: 'a"b' }), uidTwin({ type: 'Tool', id: 'missing' })],
  [
    ...['127.0.0.1', '127.0.0.1/7', '10.0.0.0/8', '10.1.2.3', '224.0.0.1/3', '224.0.0.1/4'],
    ...['0.0.0.0/0', '::1', '::1/127', 'ff02::1/7', 'ff02::1/8'],
  ].map((text) => made('ip', text)),
  [TENTH_OF_A_THOUSANDTH, made('decimal', '1.50'), made('decimal', '-922337203685477.5808')],
  ['1970-01-01', '1969-12-31T23:59:59.999Z', '2024-10-15T11:35:00+0130'].map((text) =>
    made('datetime', text),
  ),
  ['1ms', '-25h', '106751991167d', '-9223372036854775808ms'].map((text) => made('duration', text)),
  [
    setTwin([]),
    setTwin([TENTH_OF_A_THOUSANDTH]),
    setTwin([made('duration', '1ms')]),
    setTwin([made('datetime', '1970-01-01T00:00:00.001Z')]),
    setTwin([TENTH_OF_A_THOUSANDTH, longTwin(3n)]),
    setTwin([longTwin(3n), longTwin(3n)]),
    setTwin([KNOWN_USER, uidTwin({ type: 'Tool', id: 'missing' })]),
    setTwin([setTwin([]), recordTwin({ a: longTwin(0n) })]),
  ],
  [recordTwin({ a: longTwin(0n) }), recordTwin({ a: longTwin(0n), b: KNOWN_USER })],
]

function longTwin(exact: bigint): Twin {
  return { json: rawJson(String(exact)), value: toLong(exact) ?? 0 }
}

function uidTwin(uid: Uid): Twin {
  return { json: { __entity: uid }, value: entity(uid.type, uid.id) }
}

function made(fn: Constructor, arg: string): Twin {
  return { json: { __extn: { fn, arg } }, value: PARSERS[fn](arg) }
}

function recordTwin(members: Readonly<Record<string, Twin>>): Twin {
  const entries = Object.entries(members)
  return {
    json: Object.fromEntries(entries.map(([name, { json }]) => [name, json])),
    value: recordOf(new Map(entries.map(([name, { value }]) => [name, value]))),
  }
}

function setTwin(items: readonly Twin[]): Twin {
  return { json: items.map(({ json }) => json), value: setOf(items.map(({ value }) => value)) }
}

/** Any value, down to a depth. */
export function twins(depth: number): fc.Arbitrary<Twin> {
  if (depth === 0) return scalars
  const inner = twins(depth - 1)
  return fc.oneof(
    { arbitrary: scalars, weight: 4 },
    {
      arbitrary: fc.array(inner, { maxLength: 3 }).map(setTwin),
      weight: 1,
    },
    { arbitrary: recordTwins(inner), weight: 1 },
  )
}

/** Records over {@link NAMES}. `__proto__` is a name like any other. */
export function recordTwins(inner: fc.Arbitrary<Twin>): fc.Arbitrary<{
  readonly json: Record<string, CedarValueJson>
  readonly value: ReturnType<typeof recordOf>
}> {
  return fc
    .uniqueArray(fc.tuple(fc.constantFrom(...NAMES), inner), {
      selector: ([name]) => name,
      maxLength: 6,
    })
    .map((members) => ({
      json: Object.fromEntries(members.map(([name, { json }]) => [name, json])),
      value: recordOf(new Map(members.map(([name, { value }]) => [name, value]))),
    }))
}

/** A value of ours in Cedar's JSON. */
export function toCedarJson(value: Value): CedarValueJson {
  if (typeof value === 'bigint' || typeof value === 'number') return rawJson(String(value))
  if (typeof value !== 'object') return value
  switch (value.kind) {
    case 'entity':
      return { __entity: { type: value.type, id: value.id } }
    case 'set':
      return [...value.plain, ...value.compound.values()].map(toCedarJson)
    case 'record':
      return Object.fromEntries(
        value.names().map((name) => [name, toCedarJson(value.member(name) ?? false)]),
      )
    case 'decimal':
      return extension('decimal', decimalText(BigInt(value.scaled)))
    case 'ip':
      return extension('ip', `${ipText(value)}/${value.prefix}`)
    case 'duration':
      return extension('duration', `${value.ms}ms`)
    case 'datetime': {
      const [epoch, since] = [
        extension('datetime', '1970-01-01'),
        extension('duration', `${value.ms}ms`),
      ]
      return { __extn: { fn: 'offset', args: [epoch, since] } }
    }
  }
}

function extension(fn: string, arg: string): CedarValueJson {
  return { __extn: { fn, arg } }
}

function decimalText(scaled: bigint): string {
  const digits = String(scaled < 0n ? -scaled : scaled).padStart(5, '0')
  return `${scaled < 0n ? '-' : ''}${digits.slice(0, -4)}.${digits.slice(-4)}`
}

function ipText({ version, address }: Extract<Value, { readonly kind: 'ip' }>): string {
  const [count, bits, radix, separator] = version === 4 ? [4, 8, 10, '.'] : [8, 16, 16, ':']
  return Array.from({ length: count }, (_, index) =>
    BigInt.asUintN(bits, address >> BigInt((count - 1 - index) * bits)).toString(radix),
  ).join(separator)
}
