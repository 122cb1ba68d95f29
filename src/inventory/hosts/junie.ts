import { type Host, PLAIN } from './host.ts'

export const junie: Host = {
  id: 'junie',
  name: 'JetBrains Junie',
  shape: PLAIN,
  files: [
    { scope: 'user', format: 'jsonc', where: '~/.junie/mcp/mcp.json' },
    { scope: 'project', format: 'jsonc', where: '{project}/.junie/mcp/mcp.json' },
    { scope: 'project', format: 'jsonc', where: '{project}/.air/mcp.json' },
  ],
}
