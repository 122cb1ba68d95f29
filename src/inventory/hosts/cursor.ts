import { type Host, PLAIN } from './host.ts'

export const cursor: Host = {
  id: 'cursor',
  name: 'Cursor',
  shape: { ...PLAIN, variable: 'host', known: ['envFile', 'auth'] },
  files: [
    { scope: 'user', format: 'jsonc', where: '~/.cursor/mcp.json' },
    { scope: 'project', format: 'jsonc', where: '{project}/.cursor/mcp.json' },
  ],
}
