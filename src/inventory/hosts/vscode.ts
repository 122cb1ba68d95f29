import { COMMON_TYPE, type EntryShape, type Host, type HostFile } from './host.ts'

const SHAPE: EntryShape = {
  holders: [{ keys: ['servers'] }],
  url: { http: 'url', sse: 'url' },
  type: COMMON_TYPE,
  variable: 'host',
  known: ['envFile', 'dev', 'gallery', 'version', 'sandboxEnabled', 'sandbox', 'oauth'],
}
const IN_SETTINGS = [{ keys: ['mcp', 'servers'] }] as const

export const vscode: Host = {
  id: 'vscode',
  name: 'VS Code',
  shape: SHAPE,
  files: [
    ...userFiles('Code', '.vscode-server'),
    {
      scope: 'project',
      format: 'jsonc',
      where: '{project}/.vscode/mcp.json',
      alsoReadBy: ['vscode-insiders'],
    },
    {
      scope: 'project',
      format: 'jsonc',
      where: '{project}/.vscode/settings.json',
      holders: IN_SETTINGS,
      alsoReadBy: ['vscode-insiders'],
    },
  ],
}

export const vscodeInsiders: Host = {
  id: 'vscode-insiders',
  name: 'VS Code Insiders',
  shape: SHAPE,
  files: userFiles('Code - Insiders', '.vscode-server-insiders'),
}

function userFiles(folder: string, server: string): readonly HostFile[] {
  const user = { scope: 'user', format: 'jsonc' } as const
  return [
    { ...user, where: `{base}/${folder}/User/mcp.json` },
    { ...user, where: `{base}/${folder}/User/profiles/*/mcp.json` },
    { ...user, where: `~/${server}/data/User/mcp.json` },
    // Where servers stood before they had a file of their own.
    { ...user, where: `{base}/${folder}/User/settings.json`, holders: IN_SETTINGS },
  ]
}
