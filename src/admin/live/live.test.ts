import { describe, expect, test } from 'vitest'
import type { ApprovalSummary } from '../../kernel/approval-desk.ts'
import { MARKED, request } from '../testing/desk.ts'
import {
  admin,
  ask,
  behind,
  changeSender,
  live,
  origin,
  START,
  serveApi,
} from '../testing/served.ts'
import type { LiveNews } from './live-news.ts'

serveApi()

const ENDED = 'ended'

/** Opens a stream of events and reads them one by one. */
async function follow(as: string) {
  const stop = new AbortController()
  const response = await fetch(`${origin}/admin/api/v1/live`, {
    headers: { authorization: `Bearer ${as}` },
    signal: stop.signal,
  })
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader()
  let text = ''
  const next = async (): Promise<string> => {
    for (;;) {
      const end = text.indexOf('\n\n')
      if (end >= 0) {
        const event = text.slice(0, end)
        text = text.slice(end + 2)
        return event
      }
      const { done, value } = (await reader?.read()) ?? { done: true, value: '' }
      if (done) return ENDED
      text += value
    }
  }
  return { status: response.status, response, next, stop: () => stop.abort() }
}

async function opened(as: string) {
  const stream = await follow(as)
  expect(await stream.next()).toBe('event: ready\ndata: {}')
  return stream
}

const tell = (news: LiveNews) => live.news.forEach((listener) => void listener(news))
const call = (id: string): LiveNews => ({ kind: 'call', id, data: { tool: 'x' } })
const event: LiveNews = { kind: 'event', id: 'e', data: { event: 'user.created' } }
const approval: LiveNews = {
  kind: 'approval',
  id: 'a-1',
  data: { what: 'requested', approval: request() as ApprovalSummary },
}
const kinds = async (stream: Awaited<ReturnType<typeof follow>>, count: number) => {
  const seen: string[] = []
  for (let index = 0; index < count; index++)
    seen.push(/^event: (\w+)/.exec(await stream.next())?.[1] ?? '')
  return seen
}

describe('news', () => {
  test.each<readonly [string, readonly string[]]>([
    ['owner', ['call', 'event', 'approval', 'call']],
    ['runner', ['call', 'event', 'approval', 'call']],
    ['auditor', ['call', 'event', 'approval', 'call']],
    ['approver', ['call', 'approval', 'call']],
    ['robot', ['call', 'event', 'approval', 'call']],
  ])('go to those whose roles allow them: %s', async (as, wanted) => {
    const stream = await opened(as)
    for (const news of [call('1'), event, approval, call('2')]) tell(news)
    expect(await kinds(stream, wanted.length)).toEqual(wanted)
    stream.stop()
  })

  test('of approvals go to members whom they concern, and no other news does', async () => {
    const [eve, member] = [await opened('eve'), await opened('member')]
    for (const news of [call('1'), event, approval]) tell(news)
    const own = request({ id: 'a-2', requesters: ['ann'] })
    tell({ kind: 'approval', id: 'a-2', data: { what: 'approved', approval: own } })
    expect(await eve.next()).toContain('"id":"a-1"')
    expect(await member.next()).toContain('"id":"a-2"')
    eve.stop()
    member.stop()
  })

  test('never hold what a call carries', async () => {
    const stream = await opened('owner')
    tell(approval)
    expect(await stream.next()).not.toContain(MARKED)
    stream.stop()
  })
})

describe('a stream ends', () => {
  test.each([
    ['its grant', { kind: 'grant', id: 'g-1' }],
    ['its client', { kind: 'client', id: 'console' }],
    ['its user', { kind: 'user', id: 'ann' }],
  ] as const)('with %s', async (_, { kind, id }) => {
    const stream = await opened('owner')
    for (const listener of live.ended) listener({ kind, id: 'another', at: START })
    tell(call('1'))
    expect(await stream.next()).toContain('event: call')
    for (const listener of live.ended) listener({ kind, id, at: START })
    expect(await stream.next()).toBe(ENDED)
    expect(live.news.size).toBe(0)
  })

  test('with its token, before it shows anything more', async () => {
    const stream = await opened('owner')
    behind.now = START
    tell(call('1'))
    expect(await stream.next()).toBe(ENDED)
  })

  test('when nobody reads it any more', async () => {
    const stream = await opened('owner')
    stream.stop()
    await expect.poll(() => live.news.size).toBe(0)
    expect(live.ended.size).toBe(0)
  })

  test('for one who is nobody any more, and shows less to one who is less', async () => {
    const [less, gone] = [await opened('demoted'), await opened('fleeting')]
    changeSender('fleeting', undefined)
    changeSender('demoted', ['staff'])
    expect(await gone.next()).toBe(ENDED)
    tell(call('1'))
    tell({
      ...approval,
      id: 'own',
      data: { what: 'used', approval: request({ requesters: ['hal'] }) },
    } as LiveNews)
    expect(await less.next()).toContain('"id":"own"')
    less.stop()
  })
})

describe('streams are bounded', () => {
  test('for each person', async () => {
    const streams = []
    for (let count = 0; count < 12; count++) streams.push(await opened('owner'))
    const { status, json } = await ask('GET', '/live')
    expect([status, json.code]).toEqual([429, 'too_many_requests'])
    const other = await opened('auditor')
    for (const stream of [...streams, other]) stream.stop()
    await expect.poll(() => live.news.size).toBe(0)
  })

  test('to one method, and to people with a role', async () => {
    const { status, json, headers } = await ask('POST', '/live')
    expect([status, json.code, headers.get('allow')]).toEqual([405, 'verb_refused', 'GET'])
    expect((await ask('GET', '/live', { as: 'agent' })).json.code).toBe('role_insufficient')
    expect((await ask('GET', '/live', { as: 'tool' })).json.code).toBe('scope_insufficient')
  })
})

test('streams end when the gateway does, and none begins then', async () => {
  const stream = await opened('owner')
  admin.close()
  expect(await stream.next()).toBe(ENDED)
  expect((await ask('GET', '/live')).json.code).toBe('shutting_down')
})
