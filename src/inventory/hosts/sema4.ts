import { type Host, PLAIN } from './host.ts'

export const sema4: Host = {
  id: 'sema4',
  name: 'Sema4.ai Studio',
  shape: {
    ...PLAIN,
    type: { key: 'transport', stdio: 'stdio', http: 'streamable-http', sse: 'sse' },
  },
  files: [
    {
      scope: 'user',
      format: 'jsonc',
      where: {
        linux: '~/.sema4ai/sema4ai-studio/mcp_servers.json',
        darwin: '~/.sema4ai/sema4ai-studio/mcp_servers.json',
        win32: '{LOCALAPPDATA|~/AppData/Local}/sema4ai/sema4ai-studio/mcp_servers.json',
      },
    },
  ],
}
