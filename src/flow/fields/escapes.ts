const ESCAPES: Readonly<Record<string, string | undefined>> = {
  n: '\n',
  r: '\r',
  t: '\t',
  b: '\b',
  f: '\f',
  v: '\v',
  a: '\x07',
  e: '\x1b',
  '0': '\0',
  N: '\x85',
  _: '\xa0',
  L: '\u2028',
  P: '\u2029',
}
const HEX = /^[\da-fA-F]+$/
/** Digits behind a letter. */
const DIGITS: Readonly<Record<string, number | undefined>> = { x: 2, u: 4, U: 8 }

/** Undoes the escapes of JSON, Python, JavaScript and YAML: they agree where they overlap. */
export function unescaped(raw: string): string {
  let text = ''
  let from = 0
  for (let at = raw.indexOf('\\'); at !== -1; at = raw.indexOf('\\', from)) {
    const letter = raw.charAt(at + 1)
    const digits = DIGITS[letter]
    const coded =
      digits === undefined ? undefined : character(raw.slice(at + 2, at + 2 + digits), digits)
    text += raw.slice(from, at) + (coded ?? ESCAPES[letter] ?? letter)
    from = at + 2 + (coded === undefined ? 0 : (digits ?? 0))
  }
  return text + raw.slice(from)
}

function character(hex: string, digits: number): string | undefined {
  if (hex.length < digits || !HEX.test(hex)) return undefined
  const code = Number.parseInt(hex, 16)
  if (code > 0x10ffff) return ''
  return digits === 8 ? String.fromCodePoint(code) : String.fromCharCode(code)
}
