import type { ServerResponse } from 'node:http'
import { Webhook, WebhookVerificationError } from 'standardwebhooks'
import { describe, expect, test } from 'vitest'
import type { ApprovalNews } from '../kernel/approval-desk.ts'
import { createSeal } from '../kernel/seal.ts'
import { ENGINES } from '../store/testing/fresh-store.ts'
import { MOST_ATTEMPTS } from './back-off.ts'
import { waiting } from './testing/desk.ts'
import { type Received, testReceiver } from './testing/receiver.ts'
import { endpoint, SECRET, world } from './testing/world.ts'

const POLL = { timeout: 15_000, interval: 20 }
const DAY = 24 * 60 * 60_000
const REQUESTED: ApprovalNews = { what: 'requested', approval: waiting() }

/** What a receiver believes: the document, if the library finds its signature good. */
function verified(received: Received | undefined, secret = SECRET) {
  if (received === undefined) throw new Error('nothing was received')
  return new Webhook(secret).verify(received.body, received.headers as Record<string, string>)
}

const status = (code: number) => (response: ServerResponse) =>
  void response.writeHead(code, { location: 'http://127.0.0.1:1/' }).end()

describe.each(ENGINES)('webhooks on %s', (engine) => {
  test('a request for approval arrives signed, without what the call carries', async () => {
    const receiver = await testReceiver()
    const { open, rows, events } = await world(engine)
    open({ endpoints: [endpoint(receiver.url)] }).onNews(REQUESTED)
    await expect.poll(rows, POLL).toMatchObject([{ state: 'sent', status: 200, attempts: 1 }])
    expect(receiver.received).toHaveLength(1)
    const [received] = receiver.received
    expect(verified(received)).toEqual({
      type: 'approval.requested',
      timestamp: expect.stringMatching(/^\d{4}-.*Z$/),
      data: {
        id: 'apr_1',
        state: 'pending',
        digest: waiting().digest,
        subject: 'user:ada',
        client: 'claude',
        server: 'bank',
        tool: 'transfer',
        url: 'https://gateway.example/console/approvals/apr_1',
        created: '2026-09-21T14:13:20.000Z',
        expires: '2026-09-21T14:23:20.000Z',
        approvers: ['group:finance'],
        quorum: 1,
        each: false,
        assurance: 'session',
        votes: [],
        reasons: ['payments need a second person'],
      },
    })
    expect(received?.body).not.toContain('bob@example.com')
    expect(events).toEqual([
      {
        event: 'webhook.delivered',
        outcome: 'done',
        target: 'siem',
        detail: {
          message: received?.headers['webhook-id'],
          event: 'approval.requested',
          attempts: 1,
          status: 200,
        },
      },
    ])
  })

  test('what is kept cannot be read without the key', async () => {
    const { open, rows } = await world(engine)
    const post = () => new Promise<never>(() => {})
    open({ post, endpoints: [endpoint('http://nowhere', { include: 'arguments' })] }).onNews(
      REQUESTED,
    )
    await expect.poll(rows, POLL).toHaveLength(1)
    const [row] = await rows()
    const readable = Buffer.from(String(row?.payload), 'base64url').toString('latin1')
    expect(`${JSON.stringify(row)}${readable}`).not.toContain('bob@example.com')
    const seal = createSeal(Buffer.alloc(32, 5), 'webhooks')
    const opened = seal.open(String(row?.payload), [String(row?.id), 'siem', 'approval.requested'])
    expect(opened).toContain('bob@example.com')
    expect(seal.tryOpen(String(row?.payload), ['x', 'siem', 'approval.requested'])).toBeUndefined()
  })

  test('news that two processes hear is told once, to each receiver by itself', async () => {
    const [one, two] = [await testReceiver(), await testReceiver()]
    const { open, another, rows } = await world(engine)
    const endpoints = [endpoint(one.url), endpoint(two.url, { name: 'pager' })]
    const processes = [
      open({ endpoints }),
      await another({ endpoints }),
      await another({ endpoints }),
    ]
    for (const each of processes) {
      each.onNews(REQUESTED)
      each.onNews(REQUESTED)
    }
    await Promise.all(processes.map((each) => each.close()))
    const late = open({ endpoints })
    await expect
      .poll(async () => (await rows()).map(({ state, attempts }) => [state, attempts]), POLL)
      .toEqual([
        ['sent', 1],
        ['sent', 1],
      ])
    await late.close()
    expect([one.received.length, two.received.length]).toEqual([1, 1])
  })

  test('many processes that look at the same time send each message once', async () => {
    const receiver = await testReceiver()
    const { another, rows } = await world(engine)
    const endpoints = [endpoint(receiver.url)]
    const processes = await Promise.all([1, 2, 3].map(() => another({ endpoints })))
    const all = Array.from({ length: 40 }, (_, index) => `apr_${index}`)
    for (const id of all)
      for (const process of processes) process.onNews({ ...REQUESTED, approval: waiting({ id }) })
    await expect
      .poll(async () => (await rows()).filter(({ state }) => state === 'sent').length, POLL)
      .toBe(all.length)
    const ids = receiver.received.map(({ headers }) => headers['webhook-id'])
    expect(ids).toHaveLength(all.length)
    expect(new Set(ids).size).toBe(all.length)
  })

  test('what fails comes again, later each time, until it is given up and on record', async () => {
    const receiver = await testReceiver()
    receiver.answer = status(500)
    const { open, rows, events, time, lines } = await world(engine)
    const begun = time.now
    open({ endpoints: [endpoint(receiver.url)] }).onNews(REQUESTED)
    const waits: number[] = []
    for (let attempt = 1; attempt < MOST_ATTEMPTS; attempt += 1) {
      await expect
        .poll(rows, POLL)
        .toMatchObject([{ state: 'due', attempts: attempt, status: 500 }])
      const [row] = await rows()
      waits.push(Number(row?.due) - time.now)
      time.now = Number(row?.due)
    }
    await expect.poll(rows, POLL).toMatchObject([{ state: 'failed', attempts: MOST_ATTEMPTS }])
    expect(receiver.received).toHaveLength(MOST_ATTEMPTS)
    expect(waits).toEqual(waits.toSorted((one, other) => one - other))
    expect(time.now - begun).toBeGreaterThan(DAY * 0.8)
    expect(time.now - begun).toBeLessThan(DAY * 1.2)
    const ids = new Set(receiver.received.map(({ headers }) => headers['webhook-id']))
    expect(ids.size).toBe(1)
    expect(events).toMatchObject([
      { event: 'webhook.failed', outcome: 'refused', target: 'siem', detail: { attempts: 10 } },
    ])
    expect(lines).toEqual(['gave up telling `siem`: it answers with status 500'])
  })

  test('attempts are signed for their own time', async () => {
    const receiver = await testReceiver()
    receiver.answer = status(503)
    const { open, rows, time } = await world(engine)
    open({ endpoints: [endpoint(receiver.url)] }).onNews(REQUESTED)
    await expect.poll(rows, POLL).toMatchObject([{ state: 'due', attempts: 1, status: 503 }])
    receiver.answer = status(204)
    time.now += 60_000
    await expect.poll(rows, POLL).toMatchObject([{ state: 'sent', attempts: 2, status: 204 }])
    const [first, second] = receiver.received.map(({ headers }) =>
      Number(headers['webhook-timestamp']),
    )
    expect(Number(second) - Number(first)).toBe(60)
    for (const received of receiver.received) verified(received)
  })

  test.each([
    [410, 'failed'],
    [301, 'due'],
    [404, 'due'],
  ])('%i leaves it %s', async (code, state) => {
    const receiver = await testReceiver()
    receiver.answer = status(code)
    const { open, rows } = await world(engine)
    open({ endpoints: [endpoint(receiver.url)] }).onNews(REQUESTED)
    await expect.poll(rows, POLL).toMatchObject([{ state, status: code, attempts: 1 }])
    expect(receiver.received).toHaveLength(1)
  })

  test('what was due when a process died is sent by one of the next, when its time is over', async () => {
    const receiver = await testReceiver()
    const { open, another, rows, time } = await world(engine)
    const endpoints = [endpoint(receiver.url)]
    const dying = open({ endpoints, post: () => new Promise<never>(() => {}) })
    dying.onNews(REQUESTED)
    await expect.poll(rows, POLL).toMatchObject([{ state: 'due', attempts: 1 }])
    await dying.closed()
    const next = [await another({ endpoints }), await another({ endpoints })]
    const [row] = await rows()
    time.now = Number(row?.due) - 1
    // A look of each that began after the time was set.
    for (const id of ['apr_2', 'apr_3']) {
      for (const each of next) each.onNews({ ...REQUESTED, approval: waiting({ id }) })
      await expect
        .poll(async () => (await rows()).filter(({ state }) => state === 'sent'), POLL)
        .toHaveLength(id === 'apr_2' ? 1 : 2)
    }
    expect((await rows()).find(({ id }) => id === row?.id)).toEqual(row)
    time.now += 1
    await expect
      .poll(async () => (await rows()).find(({ id }) => id === row?.id), POLL)
      .toMatchObject({ state: 'sent', attempts: 2 })
    expect(receiver.received).toHaveLength(3)
    verified(receiver.received.at(-1))
  })

  test('what ends while nobody can witness it is sent again', async () => {
    const receiver = await testReceiver()
    const { open, rows, time } = await world(engine)
    let isDown = true
    const witness = async () => {
      if (isDown) throw new Error('the record is down')
    }
    open({ endpoints: [endpoint(receiver.url)], witness }).onNews(REQUESTED)
    await expect.poll(() => receiver.received.length, POLL).toBe(1)
    expect(await rows()).toMatchObject([{ state: 'due' }])
    isDown = false
    time.now += 61_000
    await expect.poll(rows, POLL).toMatchObject([{ state: 'sent', attempts: 2 }])
  })

  test('a message that cannot be opened is given up, and on record', async () => {
    const receiver = await testReceiver()
    const { open, rows, events, time } = await world(engine)
    const endpoints = [endpoint(receiver.url)]
    const seal = createSeal(Buffer.alloc(32, 9), 'webhooks')
    const before = open({ endpoints, seal, post: () => Promise.reject(new Error('down')) })
    before.onNews(REQUESTED)
    await expect.poll(rows, POLL).toMatchObject([{ state: 'due', attempts: 1 }])
    await before.closed()
    open({ endpoints })
    time.now += 61_000
    await expect.poll(rows, POLL).toMatchObject([{ state: 'failed', attempts: 2 }])
    expect(events).toMatchObject([
      { event: 'webhook.failed', detail: { why: 'the message cannot be opened' } },
    ])
    expect(receiver.received).toEqual([])
  })
})

describe('secrets', () => {
  const OTHER = `whsec_${Buffer.alloc(24, 3).toString('base64')}`

  test('while they rotate, a receiver may know either', async () => {
    const receiver = await testReceiver()
    const { open, rows } = await world('sqlite')
    open({ endpoints: [endpoint(receiver.url, { secrets: [OTHER, SECRET] })] }).onNews(REQUESTED)
    await expect.poll(rows, POLL).toMatchObject([{ state: 'sent' }])
    const [received] = receiver.received
    for (const secret of [SECRET, OTHER])
      expect(verified(received, secret)).toMatchObject({ type: 'approval.requested' })
    const stranger = `whsec_${Buffer.alloc(32, 1).toString('base64')}`
    expect(() => verified(received, stranger)).toThrow(WebhookVerificationError)
    const changed = { ...received, body: received?.body.replace('ada', 'eve') } as Received
    expect(() => verified(changed)).toThrow(WebhookVerificationError)
  })

  test.each([
    '',
    'secret',
    'whsec_',
    'whsec_c2hvcnQ=',
    `whsec_${'A'.repeat(30)}!`,
    SECRET.slice(6),
  ])('`%s` is none', async (secret) => {
    const { open } = await world('sqlite')
    expect(() => open({ endpoints: [endpoint('http://x', { secrets: [secret] })] })).toThrow(
      'a secret of a webhook is `whsec_` and base64 of 24 to 64 random bytes',
    )
  })
})
