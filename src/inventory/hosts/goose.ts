import type { Host } from './host.ts'

export const goose: Host = {
  id: 'goose',
  name: 'Goose',
  shape: {
    holders: [{ keys: ['extensions'] }],
    command: 'cmd',
    env: 'envs',
    url: { http: 'uri', sse: 'uri' },
    type: { key: 'type', stdio: 'stdio', http: 'streamable_http', sse: 'sse' },
    always: { enabled: true },
    skip: ['builtin', 'platform', 'frontend', 'inline_python'],
    known: ['env_keys', 'timeout', 'bundled', 'description', 'available_tools', 'display_name'],
  },
  files: [
    {
      scope: 'user',
      format: 'yaml',
      where: {
        linux: '{base}/goose/config.yaml',
        darwin: '~/.config/goose/config.yaml',
        win32: '{base}/Block/goose/config/config.yaml',
      },
    },
  ],
}
