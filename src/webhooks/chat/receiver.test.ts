import type { ServerResponse } from 'node:http'
import { describe, expect, test } from 'vitest'
import { waiting } from '../testing/desk.ts'
import { type Received, testReceiver } from '../testing/receiver.ts'
import { chat, world } from '../testing/world.ts'

const POLL = { timeout: 15_000, interval: 20 }
const bot = (url: string) => ({
  way: { kind: 'bot' as const, api: `${url}/api`, token: 'xoxb', channel: 'C1' },
})

/** Answers as the methods of a chat do. */
function methods(response: ServerResponse, { url }: Received): void {
  const posted = url.endsWith('chat.postMessage')
  response.end(JSON.stringify(posted ? { ok: true, channel: 'C1', ts: '17.5' } : { ok: true }))
}

describe('a chat with a bot', () => {
  test('is told by a message, which then says what became of the request', async () => {
    const receiver = await testReceiver()
    receiver.answer = methods
    const { open, desk, rows } = await world('sqlite')
    const webhooks = open({ chat: chat(receiver.url, bot(receiver.url)) })
    webhooks.onNews({ what: 'requested', approval: desk.now() })
    await expect.poll(rows, POLL).toMatchObject([{ state: 'sent', reference: 'C1 17.5' }])
    desk.become({ state: 'declined' })
    webhooks.onNews({ what: 'declined', approval: desk.now() })
    await expect.poll(() => receiver.received.length, POLL).toBe(2)
    const [posted, updated] = receiver.received
    expect(posted).toMatchObject({
      url: '/api/chat.postMessage',
      headers: { authorization: 'Bearer xoxb', 'content-type': 'application/json' },
    })
    expect(JSON.parse(posted?.body ?? '')).toMatchObject({
      channel: 'C1',
      parse: 'none',
      link_names: false,
    })
    expect(updated?.url).toBe('/api/chat.update')
    const message = JSON.parse(updated?.body ?? '')
    expect(message).toMatchObject({ channel: 'C1', ts: '17.5' })
    expect(message.text).toMatch(/^Declined: /)
    expect(updated?.body).not.toContain('bailiwick.decline')
  })

  test.each(['{"ok":false,"error":"channel_not_found"}', 'ok', '{"ok":"yes"}', ''])(
    'an answer `%s` is no yes',
    async (answer) => {
      const receiver = await testReceiver()
      receiver.answer = (response) => void response.end(answer)
      const { open, desk, rows } = await world('sqlite')
      open({ chat: chat(receiver.url, bot(receiver.url)) }).onNews({
        what: 'requested',
        approval: desk.now(),
      })
      await expect.poll(rows, POLL).toMatchObject([{ state: 'due', attempts: 1, status: 200 }])
    },
  )
})

describe('a chat with an incoming webhook', () => {
  test('is asked, and told how it ended elsewhere', async () => {
    const receiver = await testReceiver()
    const { open, desk, rows } = await world('sqlite')
    const webhooks = open({ chat: chat(receiver.url) })
    webhooks.onNews({ what: 'requested', approval: desk.now() })
    await expect.poll(rows, POLL).toMatchObject([{ state: 'sent' }])
    desk.become({ state: 'expired' })
    webhooks.onNews({ what: 'expired', approval: desk.now() })
    await expect.poll(() => receiver.received.length, POLL).toBe(2)
    const texts = receiver.received.map(({ body }) => JSON.parse(body).text)
    expect(texts).toEqual([
      'Approval requested: `user:ada` → `transfer` on `bank`',
      'Expired: nobody answered in time: `user:ada` → `transfer` on `bank`',
    ])
  })

  test('is not asked about what is over by the time it can be', async () => {
    const receiver = await testReceiver()
    receiver.answer = (response) => void response.writeHead(500).end()
    const { open, desk, rows, time, events } = await world('sqlite')
    const webhooks = open({ chat: chat(receiver.url) })
    webhooks.onNews({ what: 'requested', approval: desk.now() })
    await expect.poll(rows, POLL).toMatchObject([{ state: 'due', attempts: 1, status: 500 }])
    desk.become({ state: 'withdrawn' })
    time.now += 60_000
    await expect.poll(rows, POLL).toMatchObject([{ state: 'sent', status: null }])
    expect(receiver.received).toHaveLength(1)
    expect(events).toEqual([])
  })

  test('is not asked about what nobody knows any more', async () => {
    const receiver = await testReceiver()
    const { open, rows } = await world('sqlite')
    const unknown = waiting({ id: 'apr_unknown' })
    open({ chat: chat(receiver.url) }).onNews({ what: 'requested', approval: unknown })
    await expect.poll(rows, POLL).toMatchObject([{ state: 'sent', status: null }])
    expect(receiver.received).toEqual([])
  })
})
