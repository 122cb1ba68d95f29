import { type Host, PLAIN } from './host.ts'

export const amp: Host = {
  id: 'amp',
  name: 'Amp',
  shape: {
    ...PLAIN,
    holders: [{ keys: ['amp.mcpServers'] }],
    known: ['includeTools', 'oauth', 'transport'],
  },
  files: [
    {
      scope: 'user',
      format: 'jsonc',
      where: {
        linux: '{base}/amp/settings.json',
        darwin: '~/.config/amp/settings.json',
        win32: '~/.config/amp/settings.json',
      },
    },
    { scope: 'project', format: 'jsonc', where: '{project}/.amp/settings.json' },
    {
      scope: 'managed',
      format: 'jsonc',
      where: {
        linux: '{root}/etc/ampcode/managed-settings.json',
        darwin: '{root}/Library/Application Support/ampcode/managed-settings.json',
        win32: '{ProgramData|{root}/ProgramData}/ampcode/managed-settings.json',
      },
    },
  ],
}
