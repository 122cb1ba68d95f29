import { MAX_DEPTH, Members, type Node } from './node.ts'

const TAG =
  /<(\/?)([A-Za-z_][\w:.-]{0,80})((?:\s{1,20}[\w:.-]{1,80}="[^"<]{0,2000}"){0,40})\s{0,20}(\/?)>/y
const ATTRIBUTE = /\s([\w:.-]{1,80})="([^"]{0,2000})"/g
const DECLARATION =
  /^\s{0,80}(?:<\?xml version="1\.[01]"(?: encoding="[\w-]{1,20}")?(?: standalone="(?:yes|no)")?\?>)?\s{0,80}/
const ENTITY = /&(?:#(\d{1,7})|#x([\da-fA-F]{1,6})|(amp|lt|gt|quot|apos));/g
const NAMED: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" }

interface Open {
  readonly name: string
  readonly members: Members
  text: string
}

/**
 * Reads well-formed markup that holds records: elements hold either text or elements. Comments, declarations
 * of entities, and words beside elements, as pages have them, are none: undefined. Linear.
 */
export function readMarkup(text: string): Node | undefined {
  const start = DECLARATION.exec(text)?.[0].length ?? 0
  if (text.charAt(start) !== '<') return undefined
  const root: Open = { name: '', members: new Members(), text: '' }
  const open: Open[] = [root]
  let at = start
  while (at !== -1 && at < text.length) at = step(text, at, open)
  return at !== -1 && isDone(open) && root.members.names.length > 0 ? root.members : undefined
}

/** Takes in what stands before the next tag, and the tag. Returns where it ends, or -1. */
function step(text: string, from: number, open: Open[]): number {
  const next = text.indexOf('<', from)
  const until = next === -1 ? text.length : next
  const top = open.at(-1)
  if (top === undefined) return -1
  top.text += text.slice(from, until)
  if (next === -1) return until
  TAG.lastIndex = next
  const tag = TAG.exec(text)
  return tag !== null && applyTag(tag, open) ? TAG.lastIndex : -1
}

/** Everything that was opened is closed, with no words beside it. */
function isDone(open: readonly Open[]): boolean {
  return open.length === 1 && open[0]?.text.trim() === ''
}

function applyTag(tag: RegExpExecArray, open: Open[]): boolean {
  const [, slash, name = '', attributes = '', bare] = tag
  if (slash === '/') return attributes === '' && bare === '' && close(open, name)
  const members = new Members()
  for (const [, attribute = '', value = ''] of attributes.matchAll(ATTRIBUTE)) {
    members.add(attribute, decoded(value))
  }
  open.push({ name, members, text: '' })
  if (open.length > MAX_DEPTH) return false
  return bare === '/' ? close(open, name) : true
}

function close(open: Open[], name: string): boolean {
  const done = open.pop()
  const above = open.at(-1)
  if (done === undefined || above === undefined || done.name !== name) return false
  const text = decoded(done.text).trim()
  const { members } = done
  if (text !== '' && members.nodes.some((node) => typeof node === 'object')) return false
  if (members.names.length === 0) above.members.add(name, text)
  else {
    if (text !== '') members.add('', text)
    above.members.add(name, members)
  }
  return true
}

function decoded(text: string): string {
  if (!text.includes('&')) return text
  return text.replace(ENTITY, (_, tens?: string, hex?: string, name?: string) => {
    if (name !== undefined) return NAMED[name] ?? ''
    const code = Number.parseInt(tens ?? hex ?? '', tens === undefined ? 16 : 10)
    return code <= 0x10ffff ? String.fromCodePoint(code) : ''
  })
}
