import { type Host, PLAIN } from './host.ts'

export const windsurf: Host = {
  id: 'windsurf',
  name: 'Windsurf',
  shape: {
    ...PLAIN,
    url: { http: 'serverUrl', sse: 'serverUrl' },
    variable: 'host',
    known: ['disabledTools', 'alwaysAllow'],
  },
  files: [
    { scope: 'user', format: 'jsonc', where: '~/.codeium/windsurf/mcp_config.json' },
    // Of its plugin for JetBrains.
    { scope: 'user', format: 'jsonc', where: '~/.codeium/mcp_config.json' },
  ],
}
