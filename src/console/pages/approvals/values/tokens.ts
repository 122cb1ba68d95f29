/** A piece of code, for its colour. Joined together, pieces are the text. */
export interface Token {
  readonly kind: 'plain' | 'word' | 'acts' | 'text' | 'number' | 'remark' | 'sign'
  readonly text: string
}

/** Reads one piece at a place, if it is of its kind. */
type Reader = (text: string, at: number) => Token | undefined

/** A piece that a sticky expression finds. */
export function piece(expression: RegExp, kindOf: (text: string) => Token['kind']): Reader {
  const sticky = new RegExp(expression.source, `${expression.flags}y`)
  return (text, at) => {
    sticky.lastIndex = at
    const [found] = sticky.exec(text) ?? []
    return found === undefined || found === '' ? undefined : { kind: kindOf(found), text: found }
  }
}

/** Takes a text apart, in one pass. What no reader knows is plain. */
export function tokensIn(text: string, readers: readonly Reader[]): readonly Token[] {
  const tokens: Token[] = []
  let plain = 0
  let at = 0
  const endPlain = (): void => {
    if (plain < at) tokens.push({ kind: 'plain', text: text.slice(plain, at) })
  }
  while (at < text.length) {
    const found = firstOf(readers, text, at)
    if (found === undefined) {
      at += text.codePointAt(at) === text.charCodeAt(at) ? 1 : 2
      continue
    }
    endPlain()
    tokens.push(found)
    at += found.text.length
    plain = at
  }
  endPlain()
  return tokens
}

function firstOf(readers: readonly Reader[], text: string, at: number): Token | undefined {
  for (const read of readers) {
    const token = read(text, at)
    if (token !== undefined) return token
  }
  return undefined
}
