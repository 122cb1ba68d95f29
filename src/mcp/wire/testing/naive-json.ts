/** What an independent, slow and simple parser sees in a JSON text. */
export interface NaiveJson {
  readonly value: unknown
  readonly duplicates: readonly string[]
  readonly numbers: readonly string[]
  readonly depth: number
}

/** Parses JSON by the grammar of RFC 8259, character by character. Throws `SyntaxError`. */
export function naiveParse(text: string): NaiveJson {
  const duplicates: string[] = []
  const numbers: string[] = []
  let at = 0
  let depth = 0
  let deepest = 0

  const fail = (): never => {
    throw new SyntaxError(`at ${at}`)
  }
  const skip = (): void => {
    while (' \t\r\n'.includes(text.charAt(at)) && at < text.length) at += 1
  }
  const take = (pattern: RegExp): string => {
    pattern.lastIndex = at
    const found = pattern.exec(text)?.[0] ?? fail()
    at += found.length
    return found
  }
  const string = (): string => {
    // biome-ignore lint/suspicious/noControlCharactersInRegex: JSON forbids exactly these
    const literal = take(/"(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"/y)
    return literal
      .slice(1, -1)
      .replace(/\\(?:u(.{4})|(.))/gs, (_all, hex?: string, letter = '') =>
        hex === undefined
          ? ({ b: '\b', f: '\f', n: '\n', r: '\r', t: '\t' }[letter as string] ?? letter)
          : String.fromCharCode(Number.parseInt(hex, 16)),
      )
  }
  const list = (close: string, item: () => void): void => {
    at += 1
    depth += 1
    deepest = Math.max(deepest, depth)
    skip()
    if (text[at] !== close) {
      for (item(); text[at] === ','; ) {
        at += 1
        item()
      }
    }
    if (text[at] !== close) fail()
    at += 1
    depth -= 1
  }
  const value = (): unknown => {
    skip()
    const result = bare()
    skip()
    return result
  }
  const object = (): unknown => {
    const members = new Map<string, unknown>()
    list('}', () => {
      skip()
      const name = string()
      skip()
      if (text[at] !== ':') fail()
      at += 1
      if (members.has(name)) duplicates.push(name)
      members.set(name, value())
    })
    return Object.fromEntries(members)
  }
  const bare = (): unknown => {
    const first = text[at]
    if (first === '{') return object()
    if (first === '"') return string()
    if (first === '[') {
      const items: unknown[] = []
      list(']', () => items.push(value()))
      return items
    }
    if (first === 't' || first === 'f' || first === 'n') {
      const word = take(/true|false|null/y)
      return word === 'null' ? null : word === 'true'
    }
    const literal = take(/-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y)
    numbers.push(literal)
    return Number(literal)
  }
  const result = value()
  if (at < text.length) fail()
  return { value: result, duplicates, numbers, depth: deepest }
}
