const ESCAPES: Readonly<Record<string, string>> = {
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
const ESCAPE = /\\(?:u([\da-fA-F]{4})|x([\da-fA-F]{2})|U([\da-fA-F]{8})|([\s\S]))/g

/** Undoes the escapes of JSON, Python, JavaScript and YAML: they agree where they overlap. */
export function unescaped(raw: string): string {
  if (!raw.includes('\\')) return raw
  return raw.replace(ESCAPE, (_, four?: string, two?: string, eight?: string, other?: string) => {
    const hex = four ?? two ?? eight
    if (hex === undefined) return ESCAPES[other ?? ''] ?? other ?? ''
    const code = Number.parseInt(hex, 16)
    if (code > 0x10ffff) return ''
    return hex.length === 8 ? String.fromCodePoint(code) : String.fromCharCode(code)
  })
}
