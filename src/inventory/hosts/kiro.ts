import { type Host, PLAIN } from './host.ts'

export const kiro: Host = {
  id: 'kiro',
  name: 'Kiro',
  shape: { ...PLAIN, known: ['autoApprove', 'disabledTools', 'timeout', 'oauth'] },
  files: [
    { scope: 'user', format: 'jsonc', where: '~/.kiro/settings/mcp.json' },
    { scope: 'user', format: 'jsonc', where: '~/.kiro/agents/*.json' },
    { scope: 'project', format: 'jsonc', where: '{project}/.kiro/settings/mcp.json' },
    { scope: 'project', format: 'jsonc', where: '{project}/.kiro/agents/*.json' },
  ],
}
