import { COMMON_TYPE, type Host, PLAIN } from './host.ts'

export const claudeCode: Host = {
  id: 'claude-code',
  name: 'Claude Code',
  shape: {
    ...PLAIN,
    type: COMMON_TYPE,
    known: ['headersHelper', 'oauth', 'alwaysLoad', 'timeout'],
  },
  files: [
    {
      scope: 'user',
      format: 'json',
      where: '{CLAUDE_CONFIG_DIR|~}/.claude.json',
      holders: [
        { keys: ['mcpServers'] },
        { keys: ['projects', '*', 'mcpServers'], scope: 'local' },
      ],
    },
    {
      scope: 'project',
      format: 'json',
      where: '{project}/.mcp.json',
      alsoReadBy: ['copilot-cli', 'vscode', 'junie'],
    },
    {
      scope: 'managed',
      format: 'json',
      where: {
        linux: '{root}/etc/claude-code/managed-mcp.json',
        darwin: '{root}/Library/Application Support/ClaudeCode/managed-mcp.json',
        win32: '{ProgramFiles|{root}/Program Files}/ClaudeCode/managed-mcp.json',
      },
    },
    {
      scope: 'plugin',
      format: 'json',
      where: '{CLAUDE_CONFIG_DIR|~/.claude}/plugins/cache/*/*/*/.mcp.json',
      // Those that stand at the top have no holder around them.
      holders: [{ keys: ['mcpServers'] }, { keys: [] }],
    },
    {
      scope: 'plugin',
      format: 'json',
      where: '{CLAUDE_CONFIG_DIR|~/.claude}/plugins/cache/*/*/*/.claude-plugin/plugin.json',
    },
  ],
}
