import { COMMON_TYPE, type Host } from './host.ts'

export const crush: Host = {
  id: 'crush',
  name: 'Crush',
  shape: {
    holders: [{ keys: ['mcp'] }],
    url: { http: 'url', sse: 'url' },
    type: COMMON_TYPE,
    hasDollar: true,
    known: ['timeout', 'disabled_tools', 'enabled_tools'],
  },
  files: [
    {
      scope: 'user',
      format: 'jsonc',
      where: {
        linux: '{base}/crush/crush.json',
        darwin: '~/.config/crush/crush.json',
        win32: '{LOCALAPPDATA|~/AppData/Local}/crush/crush.json',
      },
    },
    { scope: 'project', format: 'jsonc', where: '{project}/.crush.json' },
    { scope: 'project', format: 'jsonc', where: '{project}/crush.json' },
  ],
}
