import type { Host } from './host.ts'

export const continueDev: Host = {
  id: 'continue',
  name: 'Continue',
  shape: {
    holders: [{ keys: ['mcpServers'] }],
    isList: true,
    url: { http: 'url', sse: 'url' },
    type: { key: 'type', stdio: 'stdio', http: 'streamable-http', sse: 'sse' },
    known: ['name', 'requestOptions', 'connectionTimeout', 'faviconUrl', 'apiKey', 'sourceFile'],
  },
  files: [
    { scope: 'user', format: 'yaml', where: '~/.continue/config.yaml' },
    { scope: 'user', format: 'yaml', where: '~/.continue/mcpServers/*.yaml' },
    { scope: 'user', format: 'jsonc', where: '~/.continue/mcpServers/*.json' },
    { scope: 'project', format: 'yaml', where: '{project}/.continue/mcpServers/*.yaml' },
    { scope: 'project', format: 'jsonc', where: '{project}/.continue/mcpServers/*.json' },
  ],
}
