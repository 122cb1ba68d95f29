import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client'
import { expect, onTestFinished, test } from 'vitest'
import type { RecordedStep } from './read-traces.ts'
import { startReplayingServer } from './replaying-server.ts'

const TOOL = { suite: 'loom', name: 'weave', inputSchema: { type: 'object' } } as const
const step = (result: RecordedStep['result'], error?: RecordedStep['error']): RecordedStep => ({
  ...{ phase: 'user', tool: 'weave', args: {}, result, error },
})

async function started() {
  const server = await startReplayingServer('loom', [TOOL])
  onTestFinished(server.close)
  const client = new Client(
    { name: 'test', version: '1' },
    { versionNegotiation: { mode: { pin: '2026-07-28' } } },
  )
  await client.connect(new StreamableHTTPClientTransport(new URL(server.url)))
  onTestFinished(() => client.close())
  return { server, client }
}

test('an official client finds the tools, and gets what was recorded', async () => {
  const { server, client } = await started()
  expect((await client.listTools()).tools).toMatchObject([{ name: 'weave' }])
  const answers: unknown[] = []
  for (const one of [step('three\nyards'), step({ cloth: 1 }), step('', 'the thread broke')]) {
    server.prepare(one)
    const { content, isError } = await client.callTool({ name: 'weave', arguments: { yards: 3 } })
    answers.push([content, isError === true])
  }
  const text = (said: string): unknown => [{ type: 'text', text: said }]
  expect(answers).toEqual([
    [text('three\nyards'), false],
    [text('{"cloth":1}'), false],
    [text('the thread broke'), true],
  ])
  expect(server.reached).toEqual(Array(3).fill({ tool: 'weave', arguments: { yards: 3 } }))
})
