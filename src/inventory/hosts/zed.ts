import type { Host } from './host.ts'

export const zed: Host = {
  id: 'zed',
  name: 'Zed',
  shape: {
    holders: [{ keys: ['context_servers'] }],
    url: { http: 'url', sse: 'url' },
    always: { source: 'custom' },
    known: ['source', 'settings', 'timeout', 'remote'],
  },
  files: [
    {
      scope: 'user',
      format: 'jsonc',
      where: {
        linux: '{base}/zed/settings.json',
        darwin: '~/.config/zed/settings.json',
        win32: '{base}/Zed/settings.json',
      },
    },
    { scope: 'project', format: 'jsonc', where: '{project}/.zed/settings.json' },
  ],
}
