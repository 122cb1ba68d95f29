import { type Host, PLAIN } from './host.ts'

export const qoder: Host = {
  id: 'qoder',
  name: 'Qoder',
  shape: { ...PLAIN, type: { key: 'type', http: 'http', sse: 'sse' } },
  files: [
    { scope: 'user', format: 'jsonc', where: '~/.qoder/mcp.json' },
    { scope: 'user', format: 'jsonc', where: '{base}/Qoder/SharedClientCache/mcp.json' },
  ],
}
