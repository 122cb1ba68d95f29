import { COMMON_TYPE, type Host, PLAIN } from './host.ts'

/** Servers stand in a file of their own, or in that of an agent. */
export const amazonQ: Host = {
  id: 'amazon-q',
  name: 'Amazon Q Developer',
  shape: { ...PLAIN, type: { ...COMMON_TYPE }, known: ['timeout', 'oauth', 'oauthScopes'] },
  files: [
    { scope: 'user', format: 'json', where: '~/.aws/amazonq/mcp.json' },
    { scope: 'user', format: 'json', where: '~/.aws/amazonq/cli-agents/*.json' },
    { scope: 'user', format: 'json', where: '~/.aws/amazonq/agents/*.json' },
    { scope: 'project', format: 'json', where: '{project}/.amazonq/mcp.json' },
    { scope: 'project', format: 'json', where: '{project}/.amazonq/cli-agents/*.json' },
    { scope: 'project', format: 'json', where: '{project}/.amazonq/agents/*.json' },
  ],
}
