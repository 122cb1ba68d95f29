import { type Host, PLAIN } from './host.ts'

export const copilotCli: Host = {
  id: 'copilot-cli',
  name: 'GitHub Copilot CLI',
  shape: {
    ...PLAIN,
    type: { key: 'type', stdio: 'local', http: 'http', sse: 'sse' },
    always: { tools: ['*'] },
    known: ['tools', 'timeout'],
  },
  files: [
    { scope: 'user', format: 'jsonc', where: '{COPILOT_HOME|~/.copilot}/mcp-config.json' },
    {
      scope: 'plugin',
      format: 'jsonc',
      where: '{COPILOT_HOME|~/.copilot}/installed-plugins/*/*/.mcp.json',
    },
  ],
}
