import { type Host, PLAIN } from './host.ts'

const { url: _, ...stdioOnly } = PLAIN

/** Takes local servers alone; its extensions bring one each. */
export const claudeDesktop: Host = {
  id: 'claude-desktop',
  name: 'Claude Desktop',
  shape: stdioOnly,
  files: [
    { scope: 'user', format: 'json', where: '{base}/Claude/claude_desktop_config.json' },
    {
      scope: 'user',
      format: 'json',
      where: { linux: '{base}/claude/claude_desktop_config.json' },
    },
    {
      scope: 'plugin',
      format: 'json',
      where: '{base}/Claude/Claude Extensions/*/manifest.json',
      holders: [{ keys: ['server', 'mcp_config'], isSingle: true }],
    },
  ],
}
