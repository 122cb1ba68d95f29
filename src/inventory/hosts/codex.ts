import type { Host } from './host.ts'

export const codex: Host = {
  id: 'codex',
  name: 'Codex',
  shape: {
    holders: [{ keys: ['mcp_servers'] }],
    url: { http: 'url', sse: 'url' },
    plainUrl: 'http',
    headers: 'http_headers',
    known: [
      'bearer_token_env_var',
      'env_http_headers',
      'env_vars',
      'enabled_tools',
      'disabled_tools',
      'default_tools_approval_mode',
      'tools',
      'required',
      'scopes',
      'startup_timeout_sec',
      'startup_timeout_ms',
      'tool_timeout_sec',
    ],
  },
  files: [
    { scope: 'user', format: 'toml', where: '{CODEX_HOME|~/.codex}/config.toml' },
    { scope: 'project', format: 'toml', where: '{project}/.codex/config.toml' },
    {
      scope: 'managed',
      format: 'toml',
      where: { linux: '{root}/etc/codex/config.toml', darwin: '{root}/etc/codex/config.toml' },
    },
    {
      scope: 'managed',
      format: 'toml',
      where: {
        linux: '{root}/etc/codex/managed_config.toml',
        darwin: '{root}/etc/codex/managed_config.toml',
        win32: '{CODEX_HOME|~/.codex}/managed_config.toml',
      },
    },
    {
      scope: 'plugin',
      format: 'json',
      where: '{CODEX_HOME|~/.codex}/plugins/cache/*/*/*/.mcp.json',
      holders: [{ keys: ['mcpServers'] }, { keys: [] }],
    },
  ],
}
