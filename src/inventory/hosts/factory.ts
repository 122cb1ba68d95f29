import { COMMON_TYPE, type Host, PLAIN } from './host.ts'

export const factory: Host = {
  id: 'factory',
  name: 'Factory Droid',
  shape: { ...PLAIN, type: COMMON_TYPE, known: ['disabledTools', 'oauth'] },
  files: [
    { scope: 'user', format: 'jsonc', where: '~/.factory/mcp.json' },
    { scope: 'project', format: 'jsonc', where: '{project}/.factory/mcp.json' },
  ],
}
