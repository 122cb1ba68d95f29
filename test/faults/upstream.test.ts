import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ERRORS, type ErrorCode } from '../../src/kernel/errors.ts'
import { CRIMES } from '../../src/mcp/upstream/testing/crimes.ts'
import { startRecordingUpstream } from '../attacks/recording-upstream.ts'
import { type RunningGateway, startGateway } from '../support/gateway.ts'
import { type Answered, callTool, openSession } from './client.ts'
import { type FaultyHttp, startFaultyHttp, toolOf } from './faulty-http.ts'
import { recordsOf } from './records.ts'

// What servers do wrong, through the gateway as it is run: the documented code, the id of the
// call, its outcome on record, and everybody else goes on.

const FAULTY = fileURLToPath(new URL('./faulty-server.ts', import.meta.url))
const node = (...args: readonly string[]) => ({
  transport: 'stdio' as const,
  command: process.execPath,
  args,
})

/** One to which nobody connects: a refusal of it is a failure. */
const remote = (url: string) => ({
  ...{ transport: 'http' as const, url },
  authorization: { kind: 'none' },
})

let faulty: FaultyHttp
let healthy: Awaited<ReturnType<typeof startRecordingUpstream>>
let gateway: RunningGateway

beforeAll(async () => {
  faulty = await startFaultyHttp()
  healthy = await startRecordingUpstream()
  const wrong = Object.values(faulty.wrong).map(
    (url, index) => [`wrong-${index}`, remote(url)] as const,
  )
  gateway = await startGateway(
    {
      healthy: { transport: 'http', url: healthy.url },
      web: remote(faulty.url),
      local: node(FAULTY),
      ...Object.fromEntries(wrong),
      refused: { transport: 'http', url: 'http://127.0.0.1:1/mcp' },
      missing: { transport: 'stdio', command: '/no/such/program', args: [] },
      dies: node('-e', 'process.exit(1)'),
      mute: node('-e', 'setInterval(() => {}, 1000)'),
    },
    { limits: { callTimeout: '800ms', connectTimeout: '2s', maxMessage: '100KiB' } },
  )
})
afterAll(async () => {
  await gateway?.stop()
  faulty?.stop()
  await healthy?.stop()
})

async function expectFailure(answer: Answered, code: ErrorCode, kinds: string[]): Promise<void> {
  expect(answer).toMatchObject({
    status: 200,
    code,
    requestId: expect.any(String),
    body: { error: { code: ERRORS[code].rpc } },
  })
  // What the server said is for the log.
  expect(JSON.stringify(answer.body)).not.toMatch(/secret\.ts|welcome|status/i)
  const call = answer.requestId
  expect(recordsOf(gateway.dataDir, call)).toEqual({ kinds, outcome: 'failed', error: code })
  expect(await callTool(gateway, 'healthy', 'echo', { message: 'well' })).toMatchObject({
    status: 200,
    body: { result: { content: [{ text: 'called' }] } },
  })
  expect(gateway.child.ended()).toBe(false)
}

const DISPATCHED = ['intent', 'outcome']

describe.each(['modern', 'legacy'])('over HTTP, %s:', (era) => {
  test.each(CRIMES)('%s is %s', async (crime, code) => {
    const tool = toolOf(crime)
    const session = era === 'legacy' ? await openSession(gateway, 'web') : undefined
    const answer = await callTool(gateway, 'web', tool, {}, session)
    await expectFailure(answer, code as ErrorCode, DISPATCHED)
    expect(await callTool(gateway, 'web', 'well', {}, session)).toMatchObject({
      body: { result: { content: [{ text: 'well' }] } },
    })
  })
})

describe('over stdio:', () => {
  test.each<[string, ErrorCode]>([
    ['crash', 'upstream_failed'],
    ['crash in the middle of the answer', 'upstream_failed'],
    ['garbage', 'upstream_malformed'],
    ['truncated JSON', 'upstream_malformed'],
    ['bytes that are not UTF-8', 'upstream_malformed'],
    ['a huge answer', 'upstream_too_large'],
    // Whose answer it is shows at its end only, which does not come in time.
    ['a line without end', 'upstream_timeout'],
    ['a slow drip', 'upstream_timeout'],
    ['the answer to another request', 'upstream_timeout'],
    ['silence', 'upstream_timeout'],
  ])('%s is %s', async (fault, code) => {
    const session = await openSession(gateway, 'local')
    const tool = fault.replaceAll(' ', '_')
    const answer = await callTool(gateway, 'local', tool, {}, session)
    await expectFailure(answer, code, DISPATCHED)
  })
})

describe('a server that', () => {
  test.each<[string, string, ErrorCode]>([
    ['answers with a web page', 'wrong-0', 'upstream_malformed'],
    ['answers with an error page', 'wrong-1', 'upstream_unreachable'],
    ['sends elsewhere', 'wrong-2', 'upstream_unreachable'],
    ['wants another credential', 'wrong-3', 'upstream_unauthorized'],
    ['never answers', 'wrong-4', 'upstream_timeout'],
    ['refuses connections', 'refused', 'upstream_unreachable'],
    ['is not there', 'missing', 'upstream_unreachable'],
    ['ends at once', 'dies', 'upstream_unreachable'],
    ['says nothing', 'mute', 'upstream_timeout'],
  ])('%s fails the calls to it, and says so at the start', async (_, server, code) => {
    await expectFailure(await callTool(gateway, server, 'any', {}), code, ['outcome'])
    expect(gateway.child.output()).toMatch(new RegExp(`^ +${server} +down `, 'm'))
  })
})
