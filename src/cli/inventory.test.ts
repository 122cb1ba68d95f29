import { mkdirSync } from 'node:fs'
import { expect, test } from 'vitest'
import { createPlace } from './testing/command-line.ts'

test('servers are listed, with files that have problems, and without any secret', async () => {
  const place = createPlace()
  for (const folder of ['home/.cursor', 'home/.kiro/settings', '.vscode'])
    mkdirSync(`${place.root}/${folder}`, { recursive: true })
  place.file(
    'home/.cursor/mcp.json',
    `{"mcpServers": {
      "files": {"command": "npx --token=hunter2", "args": ["hunter2"], "env": {"KEY": "hunter2"}},
      "far\\u001b[31m": {"url": "https://me:hunter2@far.example/hunter2?key=hunter2", "disabled": true}
    }}`,
  )
  place.file('home/.kiro/settings/mcp.json', '{"mcpServers": {')
  place.file(
    '.vscode/mcp.json',
    '{"servers": {"ours": {"type": "sse", "url": "https://o.example/"}}}',
  )
  const env = process.platform === 'win32' ? { APPDATA: `${place.root}/home` } : {}
  const text = await place.run(['inventory'], { env })
  expect(text.code).toBe(1)
  expect(text.stdout.split('\n').map((row) => row.split(/ {2,}/))).toEqual([
    ['HOST', 'SCOPE', 'SERVER', 'TRANSPORT', 'STARTS', 'FILE'],
    ['cursor', 'user', 'files', 'stdio', 'npx', '~/.cursor/mcp.json'],
    ['cursor', 'user', 'far\\u{1b}[31m (off)', 'http', 'https://far.example', '~/.cursor/mcp.json'],
    ['vscode', 'project', 'ours', 'sse', 'https://o.example', `${place.root}/.vscode/mcp.json`],
    [''],
  ])
  expect(text.stderr).toContain('~/.kiro/settings/mcp.json: line 1: not JSON')
  const json = await place.run(['inventory', '--json', '--host', 'cursor'], { env })
  expect(json).toMatchObject({ code: 0, stderr: '' })
  const { files } = JSON.parse(json.stdout)
  expect(files).toMatchObject([
    { host: 'cursor', scope: 'user', format: 'jsonc', servers: [{ name: 'files' }, {}] },
  ])
  expect(text.stdout + text.stderr + json.stdout).not.toContain('hunter2')
})

test('nothing is configured, another project, and a program nobody knows', async () => {
  const place = createPlace()
  const none = await place.run(['inventory'])
  expect(none).toEqual({ code: 0, stdout: 'no MCP server is configured\n', stderr: '' })
  mkdirSync(`${place.root}/else`)
  place.file('else/.mcp.json', '{"mcpServers": {"one": {"command": "x"}}}')
  const one = await place.run(['inventory', '--project', 'else', '--json'])
  expect(JSON.parse(one.stdout).files).toMatchObject([{ host: 'claude-code', scope: 'project' }])
  const wrong = await place.run(['inventory', '--host', 'nobody'])
  expect(wrong).toMatchObject({ code: 2, stdout: '' })
  expect(wrong.stderr).toContain('one of: claude-desktop, claude-code')
})
