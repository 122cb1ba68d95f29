import { type EntryShape, type Host, type HostFile, PLAIN } from './host.ts'

const EDITORS = ['Code', 'Code - Insiders', 'VSCodium', 'Cursor', 'Windsurf'] as const
const SHAPE: EntryShape = {
  ...PLAIN,
  type: { key: 'type', http: 'streamableHttp', sse: 'sse' },
  known: [
    'autoApprove',
    'alwaysAllow',
    'timeout',
    'watchPaths',
    'disabledTools',
    'remoteConfigured',
  ],
}

export const cline: Host = {
  id: 'cline',
  name: 'Cline',
  shape: SHAPE,
  files: [
    ...inEditors('saoudrizwan.claude-dev/settings/cline_mcp_settings.json'),
    { scope: 'user', format: 'jsonc', where: '~/.cline/data/settings/cline_mcp_settings.json' },
  ],
}

/** No longer developed, but its files are still there. */
export const rooCode: Host = {
  id: 'roo-code',
  name: 'Roo Code',
  shape: { ...SHAPE, type: { key: 'type', stdio: 'stdio', http: 'streamable-http', sse: 'sse' } },
  files: [
    ...inEditors('rooveterinaryinc.roo-cline/settings/mcp_settings.json'),
    { scope: 'project', format: 'jsonc', where: '{project}/.roo/mcp.json' },
  ],
}

function inEditors(file: string): readonly HostFile[] {
  return EDITORS.map((editor) => ({
    scope: 'user',
    format: 'jsonc',
    where: `{base}/${editor}/User/globalStorage/${file}`,
  }))
}
