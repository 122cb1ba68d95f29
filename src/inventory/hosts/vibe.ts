import type { Host } from './host.ts'

export const vibe: Host = {
  id: 'vibe',
  name: 'Mistral Vibe',
  shape: {
    holders: [{ keys: ['mcp_servers'] }],
    isList: true,
    url: { http: 'url', sse: 'url' },
    plainUrl: 'http',
    type: { key: 'transport', stdio: 'stdio', http: 'streamable-http', sse: 'http' },
    known: [
      'name',
      'prompt',
      'api_key_env',
      'api_key_header',
      'api_key_format',
      'startup_timeout_sec',
      'tool_timeout_sec',
    ],
  },
  files: [
    { scope: 'user', format: 'toml', where: '{VIBE_HOME|~/.vibe}/config.toml' },
    { scope: 'project', format: 'toml', where: '{project}/.vibe/config.toml' },
  ],
}
