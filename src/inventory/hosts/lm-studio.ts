import { type Host, PLAIN } from './host.ts'

export const lmStudio: Host = {
  id: 'lm-studio',
  name: 'LM Studio',
  shape: PLAIN,
  files: [
    { scope: 'user', format: 'jsonc', where: '~/.lmstudio/mcp.json' },
    { scope: 'user', format: 'jsonc', where: '~/.cache/lm-studio/mcp.json' },
  ],
}
