import type { ConfiguredServer } from '../../../kernel/inventory.ts'

/** A text of a server's entry in which a credential may stand. */
export interface EntryText {
  /** Where it stands in the entry as this program reads it: `env` and a name, `args` and an index. */
  readonly part: readonly (string | number)[]
  readonly where: 'command' | 'argument' | 'variable' | 'header' | 'url'
  /** The whole text. */
  readonly text: string
  /** From where on it is the value of that name. */
  readonly from: number
  readonly name?: string
}

/** `NAME=value`, `--name=value`, `/name:value`: as an argument names what it holds. */
const ASSIGNED = /^(?:-{1,2}|\/)?([A-Za-z][\w.-]{0,79})=/
/** `Name: value`, as programs take headers. */
const HEADER = /^([A-Za-z][\w-]{0,79})[ \t]{0,4}:[ \t]{0,4}(?!\/\/)/
const FLAG = /^-{1,2}([A-Za-z][\w.-]{0,79})$/
/** Flags before what names itself: their own name says nothing about a value. */
const NAMES_FOLLOW = new Set([
  'e',
  'env',
  'H',
  'header',
  'headers',
  'build-arg',
  'h',
  'D',
  'c',
  'y',
])

/** Every text of an entry, in its order. Linear. */
export function textsOf({ transport }: ConfiguredServer): readonly EntryText[] {
  if (transport.kind !== 'stdio')
    return [
      { part: ['url'], where: 'url', text: transport.url, from: 0 },
      ...named(transport.headers, 'headers', 'header'),
    ]
  return [
    { part: ['command'], where: 'command', text: transport.command, from: 0 },
    ...transport.args.map((text, at) => argument(transport.args, text, at)),
    ...named(transport.env, 'env', 'variable'),
  ]
}

function named(
  members: Readonly<Record<string, string>>,
  key: string,
  where: EntryText['where'],
): readonly EntryText[] {
  return Object.entries(members).map(([name, text]) => ({
    ...{ part: [key, name], where, text, name },
    from: 0,
  }))
}

function argument(args: readonly string[], text: string, at: number): EntryText {
  const plain = { part: ['args', at], where: 'argument', text } as const
  const said = ASSIGNED.exec(text) ?? HEADER.exec(text)
  if (said?.[1] !== undefined) return { ...plain, from: said[0].length, name: said[1] }
  const [, before] = FLAG.exec(args[at - 1] ?? '') ?? []
  if (before === undefined || NAMES_FOLLOW.has(before) || text.startsWith('-'))
    return { ...plain, from: 0 }
  return { ...plain, from: 0, name: before }
}
