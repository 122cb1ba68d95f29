import type { Decimal, Ip, Value } from './value.ts'

/** What Cedar reads as an identifier, and no keyword. */
const IDENTIFIER = /^[A-Za-z_][A-Za-z0-9_]*$/
const KEYWORDS: ReadonlySet<string> = new Set(
  'true false if then else in is like has __cedar'.split(' '),
)
const ESCAPES: Readonly<Record<string, string>> = {
  '\n': String.raw`\n`,
  '\r': String.raw`\r`,
  '\t': String.raw`\t`,
  '\0': String.raw`\0`,
  '"': String.raw`\"`,
  '\\': String.raw`\\`,
}
/** Four-digit years are all that Cedar's `datetime("…")` takes. */
const FIRST_MS = Date.parse('0000-01-01T00:00:00.000Z')
const LAST_MS = Date.parse('9999-12-31T23:59:59.999Z')

export function isIdentifier(name: string): boolean {
  return IDENTIFIER.test(name) && !KEYWORDS.has(name)
}

/** A Cedar string literal. What a screen does not show, or would reorder, is escaped. */
export function quoted(text: string): string {
  return `"${escaped(text)}"`
}

/** The inside of a string literal. */
export function escaped(text: string): string {
  return text.replace(
    /["\\]|\p{C}|\p{Zl}|\p{Zp}/gu,
    (letter) => ESCAPES[letter] ?? `\\u{${letter.codePointAt(0)?.toString(16)}}`,
  )
}

/** The Cedar text of a value. Members of records that Cedar cannot hold are left out. */
export function printValue(value: Value): string {
  if (typeof value === 'string') return quoted(value)
  if (typeof value !== 'object') return String(value)
  switch (value.kind) {
    case 'entity':
      return `${value.type}::${quoted(value.id)}`
    case 'set':
      return `[${[...value.plain, ...value.compound.values()].map(printValue).join(', ')}]`
    case 'record':
      return `{${value
        .names()
        .map((name) => `${quoted(name)}: ${printMember(() => value.member(name))}`)
        .join(', ')}}`
    case 'decimal':
      return `decimal("${decimalText(value)}")`
    case 'ip':
      return `ip("${ipText(value)}")`
    case 'duration':
      return `duration("${value.ms}ms")`
    case 'datetime':
      return datetimeText(BigInt(value.ms))
  }
}

function printMember(read: () => Value | undefined): string {
  try {
    const value = read()
    return value === undefined ? '…' : printValue(value)
  } catch {
    // Present, and nothing that Cedar can hold.
    return '…'
  }
}

function datetimeText(ms: bigint): string {
  if (ms >= BigInt(FIRST_MS) && ms <= BigInt(LAST_MS)) {
    return `datetime("${new Date(Number(ms)).toISOString()}")`
  }
  return `datetime("1970-01-01").offset(duration("${ms}ms"))`
}

function decimalText({ scaled }: Decimal): string {
  const exact = BigInt(scaled)
  const digits = String(exact < 0n ? -exact : exact).padStart(5, '0')
  const fraction = digits.slice(-4).replace(/0{1,3}$/, '')
  return `${exact < 0n ? '-' : ''}${digits.slice(0, -4)}.${fraction}`
}

function ipText({ version, address, prefix }: Ip): string {
  const [count, bits, radix, separator] =
    version === 4 ? ([4, 8, 10, '.'] as const) : ([8, 16, 16, ':'] as const)
  const text = Array.from({ length: count }, (_, index) =>
    BigInt.asUintN(bits, address >> BigInt((count - 1 - index) * bits)).toString(radix),
  ).join(separator)
  return prefix === count * bits ? text : `${text}/${prefix}`
}
