import type { Host } from './host.ts'

export const opencode: Host = {
  id: 'opencode',
  name: 'OpenCode',
  shape: {
    holders: [{ keys: ['mcp'] }],
    isOneList: true,
    env: 'environment',
    url: { http: 'url', sse: 'url' },
    plainUrl: 'http',
    type: { key: 'type', stdio: 'local', http: 'remote', sse: 'remote' },
    always: { enabled: true },
    known: ['timeout', 'oauth'],
  },
  files: [
    ...['opencode.json', 'opencode.jsonc', 'config.json'].map(
      (name) =>
        ({
          scope: 'user',
          format: 'jsonc',
          where: `{XDG_CONFIG_HOME|~/.config}/opencode/${name}`,
        }) as const,
    ),
    { scope: 'user', format: 'jsonc', where: '{OPENCODE_CONFIG}' },
    ...[
      'opencode.json',
      'opencode.jsonc',
      '.opencode/opencode.json',
      '.opencode/opencode.jsonc',
    ].map((name) => ({ scope: 'project', format: 'jsonc', where: `{project}/${name}` }) as const),
  ],
}
