import {
  argumentsIn,
  type Fill,
  join,
  type Part,
  type Scalar,
  type Template,
  textIn,
} from './template.ts'

/** Characters that no name of a file holds everywhere: separators, drives and streams, controls. */
const NOT_IN_NAMES = /[/\\:\p{Cc}]/u

/**
 * A path of which arguments are names, or parts of names: a value holds no separator, in any form
 * that a file system may fold into one, and none makes a name empty, `.` or `..`. The path has the
 * same folders for all values.
 */
export function pathTemplate(parts: Template): Fill | string {
  if (parts.some((part) => typeof part === 'string' && part.includes('\0')))
    return 'a path holds no zero byte'
  const names = namesOf(parts)
  const open = names.flatMap((name, index) => {
    const held = [...argumentsIn(name)]
    return held.length === 0 ? [] : [{ name, held, first: index === 0 }]
  })
  return (values) => {
    for (const { name, held, first } of open) {
      const wrong = held.find((argument) => !isPlain(textIn(values, argument)))
      if (wrong !== undefined)
        return { argument: wrong, why: 'must be a name without separators and control characters' }
      const why = notAName(filledName(name, values), first)
      if (why !== undefined) return { argument: held[0] ?? '', why }
    }
    return { text: filledName(parts, values) }
  }
}

/** A path in its names, each in its parts. */
function namesOf(parts: Template): readonly (readonly Part[])[] {
  const names: Part[][] = [[]]
  for (const part of parts) {
    const [piece = '', ...others] = typeof part === 'string' ? part.split(/[/\\]/) : [part]
    names.at(-1)?.push(piece)
    for (const other of others) names.push([other])
  }
  return names
}

function filledName(name: Template, values: Readonly<Record<string, Scalar>>): string {
  return join(name, (argument) => textIn(values, argument))
}

/** Some file systems and servers fold compatible characters, such as a full-width solidus. */
function isPlain(value: string): boolean {
  return value.isWellFormed() && !NOT_IN_NAMES.test(value) && !NOT_IN_NAMES.test(folded(value))
}

function folded(value: string): string {
  return value.normalize('NFKC')
}

/** Windows drops dots and spaces at the end of a name, so `.. ` is `..` there. */
function notAName(name: string, first: boolean): string | undefined {
  const text = folded(name)
  if (/^[. ]*$/.test(text)) return 'must not make a name that is empty or made of dots'
  if (/[. ]$/.test(text)) return 'must not make a name that ends in a dot or a space'
  return first && text.startsWith('~') ? 'must not begin with `~`' : undefined
}
