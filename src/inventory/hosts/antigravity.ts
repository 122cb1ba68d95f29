import { type Host, PLAIN } from './host.ts'

export const antigravity: Host = {
  id: 'antigravity',
  name: 'Antigravity',
  shape: {
    ...PLAIN,
    url: { http: 'serverUrl', sse: 'serverUrl' },
    known: ['disabledTools', 'authProviderType', 'oauth'],
  },
  files: [
    { scope: 'user', format: 'jsonc', where: '~/.gemini/antigravity/mcp_config.json' },
    { scope: 'user', format: 'jsonc', where: '~/.gemini/config/mcp_config.json' },
  ],
}
