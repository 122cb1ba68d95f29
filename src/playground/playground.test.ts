import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Client as ClientV2 } from '@modelcontextprotocol/client'
import { StdioClientTransport as StdioV2 } from '@modelcontextprotocol/client/stdio'
import { Client as ClientV1 } from '@modelcontextprotocol/sdk/client/index.js'
import { StdioClientTransport as StdioV1 } from '@modelcontextprotocol/sdk/client/stdio.js'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { type PlaygroundServer, playgroundConfig, sentMessages } from './playground.ts'

let dataDir = ''
beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'bailiwick-playground-'))
})
afterEach(() => rm(dataDir, { recursive: true }))

const clients = {
  'v2, modern': async (server: PlaygroundServer) => {
    const client = new ClientV2(
      { name: 'test', version: '1' },
      { versionNegotiation: { mode: { pin: '2026-07-28' } } },
    )
    await client.connect(new StdioV2(stdio(server)))
    return client
  },
  'v2, legacy': async (server: PlaygroundServer) => {
    const client = new ClientV2(
      { name: 'test', version: '1' },
      { versionNegotiation: { mode: 'legacy' } },
    )
    await client.connect(new StdioV2(stdio(server)))
    return client
  },
  v1: async (server: PlaygroundServer) => {
    const client = new ClientV1({ name: 'test', version: '1' })
    await client.connect(new StdioV1(stdio(server)))
    return client
  },
}

function stdio({ command, args, cwd }: PlaygroundServer) {
  return { command, args: [...args], cwd, stderr: 'ignore' as const }
}

describe.each(Object.entries(clients))('client %s', (_name, connect) => {
  test('reads the inbox', async () => {
    const { servers } = await playgroundConfig({ dataDir })
    const client = await connect(servers.inbox)
    try {
      const { tools } = await client.listTools()
      expect(tools.map(({ name }) => name)).toEqual(['list_messages', 'read_message'])
      const list = await client.callTool({ name: 'list_messages', arguments: {} })
      expect(JSON.stringify(list.content)).toContain('m-103')
      expect(JSON.stringify(list.content)).not.toContain('salaries')
      const read = await client.callTool({ name: 'read_message', arguments: { id: 'm-103' } })
      expect(JSON.stringify(read.content)).toContain('confidential/salaries.csv')
      const none = await client.callTool({ name: 'read_message', arguments: { id: 'm-999' } })
      expect(none.isError).toBe(true)
    } finally {
      await client.close()
    }
  })

  test('sees in the outbox file what would have left', async () => {
    const { servers } = await playgroundConfig({ dataDir })
    const client = await connect(servers.outbox)
    try {
      expect(await sentMessages(dataDir)).toEqual([])
      const message = { to: 'jonas@harbour.example', subject: 'Line\nbreak', body: '"quoted"' }
      await client.callTool({ name: 'send_message', arguments: message })
      expect(await sentMessages(dataDir)).toEqual([message])
      const refused = await client
        .callTool({ name: 'send_message', arguments: { to: 'x' } })
        .catch(() => ({ isError: true }))
      expect(refused.isError).toBe(true)
      expect(await sentMessages(dataDir)).toHaveLength(1)
    } finally {
      await client.close()
    }
  })
})

test('the filesystem server serves the sample workspace and nothing else', async () => {
  const { servers } = await playgroundConfig({ dataDir })
  const client = await clients.v1(servers.files)
  try {
    const call = (path: string) => client.callTool({ name: 'read_text_file', arguments: { path } })
    expect(JSON.stringify(await call('confidential/salaries.csv'))).toContain('Mara Lindqvist')
    expect((await call(join(dataDir, 'operator.key'))).isError).toBe(true)
  } finally {
    await client.close()
  }
})

test('what is in the workspace stays', async () => {
  await playgroundConfig({ dataDir })
  const workspace = join(dataDir, 'servers', 'files', 'workspace')
  await writeFile(join(workspace, 'README.md'), 'mine')
  await rm(join(workspace, 'tariffs.csv'))
  await playgroundConfig({ dataDir })
  expect(await readFile(join(workspace, 'README.md'), 'utf8')).toBe('mine')
  expect(await readFile(join(workspace, 'tariffs.csv'), 'utf8')).toContain('pilotage')
  expect((await stat(join(workspace, 'confidential', 'salaries.csv'))).mode & 0o077).toBe(0)
})

test('is plain data in the words of the configuration', async () => {
  const config = await playgroundConfig({ dataDir })
  expect(JSON.parse(JSON.stringify(config))).toEqual(config)
  expect(Object.keys(config.servers)).toEqual(['files', 'inbox', 'outbox'])
  expect(config.policies).toEqual(['balanced', 'playground'])
})
