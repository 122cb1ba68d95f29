import { type Host, PLAIN } from './host.ts'

export const kimi: Host = {
  id: 'kimi',
  name: 'Kimi CLI',
  shape: {
    ...PLAIN,
    type: { key: 'transport', http: 'http', sse: 'sse' },
    known: ['auth', 'timeout', 'description'],
  },
  files: [{ scope: 'user', format: 'jsonc', where: '~/.kimi/mcp.json' }],
}
