import { type McpServer, ResourceTemplate } from '@modelcontextprotocol/server'
import { PIXEL } from './samples.ts'

/** Fixed resources, a template, and subscriptions (which the server accepts and remembers). */
export function registerResources(server: McpServer): void {
  server.registerResource(
    'static-text',
    'test://static-text',
    { description: 'A text', mimeType: 'text/plain' },
    async (uri) =>
      textContents(uri, 'text/plain', 'This is the content of the static text resource.'),
  )
  server.registerResource(
    'static-binary',
    'test://static-binary',
    { description: 'An image', mimeType: 'image/png' },
    async (uri) => ({ contents: [{ uri: uri.href, mimeType: 'image/png', blob: PIXEL }] }),
  )
  server.registerResource(
    'watched-resource',
    'test://watched-resource',
    { description: 'A text to subscribe to', mimeType: 'text/plain' },
    async (uri) => textContents(uri, 'text/plain', 'Watched resource content'),
  )
  server.registerResource(
    'template',
    new ResourceTemplate('test://template/{id}/data', { list: undefined }),
    { description: 'Data by id', mimeType: 'application/json' },
    async (uri, { id }) =>
      textContents(
        uri,
        'application/json',
        JSON.stringify({ id, templateTest: true, data: `Data for ID: ${id}` }),
      ),
  )
  server.server.setRequestHandler('resources/subscribe', async () => ({}))
  server.server.setRequestHandler('resources/unsubscribe', async () => ({}))
}

function textContents(uri: URL, mimeType: string, content: string) {
  return { contents: [{ uri: uri.href, mimeType, text: content }] }
}
