import { isDeepStrictEqual } from 'node:util'
import {
  type Document,
  isMap,
  isNode,
  isSeq,
  type Pair,
  parseDocument,
  stringify,
  YAMLMap,
} from 'yaml'

/**
 * Adds a server to the text of a configuration file; every other byte stays. The caller checks the
 * result with `parseConfig` before it writes it anywhere.
 */
export function addServer(
  text: string,
  name: string,
  server: Readonly<Record<string, unknown>>,
): string {
  const document = open(text)
  const spliced = spliceIn(document, text, { [name]: server })
  if (!isMap(document.contents)) document.contents = new YAMLMap()
  if (!isMap(document.get('servers'))) document.set('servers', new YAMLMap())
  document.setIn(['servers', name], document.createNode(server))
  return agrees(spliced, document) ? spliced : rewrite(document, text)
}

/** Removes a server from the text of a configuration file; every other byte stays. */
export function removeServer(text: string, name: string): string {
  const document = open(text)
  const spliced = spliceOut(document, text, name)
  document.deleteIn(['servers', name])
  const rest = document.get('servers')
  if (isMap(rest) && rest.items.length === 0) document.delete('servers')
  return agrees(spliced, document) ? spliced : rewrite(document, text)
}

/** Something to add to a list of a server: keys below the server, then entries. */
export interface ListAddition {
  readonly path: readonly string[]
  readonly add: readonly unknown[]
}

/**
 * Adds entries to lists of a server that is there, and sets single values; comments and the order of the
 * file stay. The caller checks the result with `parseConfig` before it writes it anywhere.
 */
export function extendServer(
  text: string,
  name: string,
  lists: readonly ListAddition[],
  values: readonly { readonly path: readonly string[]; readonly value: unknown }[] = [],
): string {
  const document = open(text)
  for (const { path, value } of values)
    document.setIn(['servers', name, ...path], document.createNode(value))
  for (const { path, add } of lists) {
    const at = ['servers', name, ...path]
    if (isSeq(document.getIn(at)))
      for (const entry of add) document.addIn(at, document.createNode(entry))
    else document.setIn(at, document.createNode(add))
  }
  return rewrite(document, text)
}

function open(text: string): Document {
  return parseDocument(text, { version: '1.2', schema: 'core', merge: false }) as Document
}

/** The text with one entry more, as lines behind the last one; undefined where that cannot be. */
function spliceIn(document: Document, text: string, entry: object): string | undefined {
  const servers = document.get('servers')
  const last = isBlockMap(servers) ? servers.items.at(-1) : undefined
  if (last === undefined) {
    const isOpen = document.contents === null || isBlockMap(document.contents)
    return document.has('servers') || !isOpen ? undefined : append(text, { servers: entry }, 0)
  }
  const at = lineEnd(text, endOf(last))
  const indent = columnOf(text, startOf(last))
  return append(text.slice(0, at), entry, indent) + text.slice(at)
}

/** The text without the lines of one entry; undefined where that cannot be. */
function spliceOut(document: Document, text: string, name: string): string | undefined {
  const servers = document.get('servers')
  if (!isBlockMap(servers)) return undefined
  const pair =
    servers.items.length === 1 ? pairOf(document.contents, 'servers') : pairOf(servers, name)
  if (pair === undefined) return undefined
  const start = startOf(pair)
  return text.slice(0, start - columnOf(text, start)) + text.slice(lineEnd(text, endOf(pair)))
}

function append(text: string, entry: object, indent: number): string {
  const end = text.includes('\r\n') ? '\r\n' : '\n'
  const step = Math.max(2, indent)
  const lines = stringify(entry, { lineWidth: 0, indent: step }).trimEnd().split('\n')
  const block = lines.map((line) => `${' '.repeat(indent)}${line}${end}`).join('')
  return `${text}${text === '' || text.endsWith('\n') ? '' : end}${block}`
}

/** The whole text written anew, for forms that lines cannot be put into; comments and order stay. */
function rewrite(document: Document, before: string): string {
  const text = document.toString({ lineWidth: 0, nullStr: '', flowCollectionPadding: false })
  return before.includes('\r\n') ? text.replaceAll(/\r?\n/g, '\r\n') : text
}

function agrees(text: string | undefined, document: Document): text is string {
  if (text === undefined) return false
  const read = open(text)
  return read.errors.length === 0 && isDeepStrictEqual(read.toJS() ?? {}, document.toJS() ?? {})
}

function isBlockMap(node: unknown): node is YAMLMap<unknown, unknown> {
  return isMap(node) && node.flow !== true
}

function pairOf(map: unknown, name: string): Pair | undefined {
  if (!isBlockMap(map)) return undefined
  return map.items.find(({ key }) => isNode(key) && String(key) === name)
}

function startOf({ key }: Pair): number {
  return (isNode(key) ? key.range?.[0] : undefined) ?? 0
}

/** Where the last thing of an entry ends, without the comments behind it. */
function endOf({ key, value }: Pair): number {
  if (isBlockMap(value) || (isSeq(value) && value.flow !== true)) {
    const last = value.items.at(-1)
    if (last !== undefined && 'key' in (last as object)) return endOf(last as Pair)
    if (last !== undefined) return endOf({ key: last, value: last } as Pair)
  }
  const node = isNode(value) ? value : key
  return (isNode(node) ? node.range?.[1] : undefined) ?? 0
}

/** Behind the line break of the line in which something ends. */
function lineEnd(text: string, end: number): number {
  const last = text.slice(0, end).trimEnd().length
  const found = text.indexOf('\n', last)
  return found < 0 ? text.length : found + 1
}

function columnOf(text: string, offset: number): number {
  return offset - (text.lastIndexOf('\n', offset - 1) + 1)
}
