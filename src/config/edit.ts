import { type Document, isMap, parseDocument } from 'yaml'

/**
 * Adds a server to the text of a configuration file; comments and order of the rest stay. The
 * caller checks the result with `parseConfig` before it writes it anywhere.
 */
export function addServer(
  text: string,
  name: string,
  server: Readonly<Record<string, unknown>>,
): string {
  const document = open(text)
  if (!isMap(document.contents)) document.contents = document.createNode({})
  if (!isMap(document.get('servers'))) document.set('servers', document.createNode({}))
  document.setIn(['servers', name], document.createNode(server))
  return write(document, text)
}

/** Removes a server from the text of a configuration file; comments and order of the rest stay. */
export function removeServer(text: string, name: string): string {
  const document = open(text)
  document.deleteIn(['servers', name])
  const rest = document.get('servers')
  if (isMap(rest) && rest.items.length === 0) document.delete('servers')
  return write(document, text)
}

function open(text: string): Document {
  return parseDocument(text, { version: '1.2', schema: 'core', merge: false }) as Document
}

function write(document: Document, before: string): string {
  const isEmpty = isMap(document.contents) && document.contents.items.length === 0
  if (isEmpty) document.contents = null
  const [, indent = '  '] = /^( {2,8})[^\s#]/m.exec(before) ?? []
  const text = document
    .toString({ lineWidth: 0, nullStr: '', indent: indent.length })
    .replace(/\n{2,}$/, '\n')
  return before.includes('\r\n') ? text.replaceAll('\n', '\r\n') : text
}
