import { createHmac } from 'node:crypto'
import { beforeEach, describe, expect, test } from 'vitest'
import type { ApprovalRequest } from '../../kernel/approval-desk.ts'
import type { JsonObject } from '../../kernel/json.ts'
import { createSeal } from '../../kernel/seal.ts'
import { ENGINES } from '../../store/testing/fresh-store.ts'
import type { ChatSettings, WebhookOptions } from '../options.ts'
import { waiting } from '../testing/desk.ts'
import { listen, type TestReceiver, testReceiver } from '../testing/receiver.ts'
import { chat, SIGNING, world } from '../testing/world.ts'
import type { Webhooks } from '../webhooks.ts'
import { buttonValue } from './button.ts'

const POLL = { timeout: 15_000, interval: 20 }
const SEAL = createSeal(Buffer.alloc(32, 5), 'webhooks')
const { id: ID, digest: DIGEST } = waiting()

let receiver: TestReceiver
beforeEach(async () => {
  receiver = await testReceiver()
})

/** The value of a button of a message of ours. */
function pressed(verdict: 'approve' | 'decline', digest: string = DIGEST, id = ID): string {
  return buttonValue({ id, digest, verdict }, SEAL)
}

/** A chat over a request; callbacks are sent to `url`. */
async function scene(
  request: ApprovalRequest = waiting(),
  settings: Partial<ChatSettings> = {},
  options: Partial<WebhookOptions> = {},
  engine: (typeof ENGINES)[number] = 'sqlite',
) {
  const { host } = new URL(receiver.url)
  const known = await world(engine, request)
  const own = { chat: chat(receiver.url, { answerHosts: [host], ...settings }), ...options }
  const serve = async (webhooks: Webhooks) => {
    const { url } = await listen(async (incoming, response) => {
      const path = incoming.url ?? ''
      const route = webhooks.routes(path)
      if (route === undefined) response.writeHead(404).end()
      else await route(incoming, response)
    })
    return `${url}/hooks/chat`
  }
  const url = await serve(known.open(own))
  return { ...known, url, another: async () => serve(await known.another(own)) }
}

/** What the chat sends when somebody presses a button. */
function press(value: string, more: JsonObject = {}): string {
  const payload = {
    type: 'block_actions',
    user: { id: 'U1', name: 'ann' },
    team: { id: 'T1' },
    actions: [{ action_id: 'bailiwick.approve', value, type: 'button' }],
    response_url: `${receiver.url}/outcome`,
    ...more,
  }
  return new URLSearchParams({ payload: JSON.stringify(payload) }).toString()
}

interface Sending {
  /** Seconds since the epoch. */
  readonly at?: number | string
  readonly secret?: string
  readonly headers?: Readonly<Record<string, string>>
}

/** As the chat signs (Slack, "Verifying requests from Slack", written independently of the product). */
function send(url: string, body: string, { at, secret = SIGNING, headers = {} }: Sending = {}) {
  const timestamp = String(at ?? Math.floor(Date.now() / 1_000))
  const base = ['v0', timestamp, body].join(':')
  const signature = `v0=${createHmac('sha256', secret).update(base, 'utf8').digest('hex')}`
  return fetch(url, {
    method: 'POST',
    body,
    headers: {
      'content-type': 'application/x-www-form-urlencoded',
      'x-slack-request-timestamp': timestamp,
      'x-slack-signature': signature,
      ...headers,
    },
  })
}

describe.each(ENGINES)('a button on %s', (engine) => {
  test('approves as the person whom the configuration names, and the message says so', async () => {
    const { url, desk } = await scene(waiting(), {}, {}, engine)
    const answer = await send(url, press(pressed('approve')))
    expect(answer.status).toBe(200)
    expect(await answer.json()).toEqual({
      response_type: 'ephemeral',
      replace_original: false,
      text: 'You approved. The call may be made once.',
    })
    expect(desk.ballots).toEqual([
      {
        user: { id: 'ann', groups: ['finance'] },
        by: { subject: 'user:ann', client: 'bailiwick-chat', grant: '' },
        verdict: 'approve',
        channel: 'chat',
        digest: DIGEST,
      },
    ])
    await expect.poll(() => receiver.received.length, POLL).toBe(1)
    const [outcome] = receiver.received
    expect(outcome?.url).toBe('/outcome')
    const message = JSON.parse(outcome?.body ?? '')
    expect(message).toMatchObject({
      replace_original: true,
      text: expect.stringMatching(/^Approved: /),
    })
    expect(JSON.stringify(message)).not.toContain('bailiwick.approve')
  })

  test('is pressed once, whichever process hears of it', async () => {
    const { url, another, desk, events } = await scene(waiting(), {}, {}, engine)
    const other = await another()
    const body = press(pressed('decline'))
    const at = Math.floor(Date.now() / 1_000)
    const answers = await Promise.all(
      [url, other, url, other].map((one) => send(one, body, { at })),
    )
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 401, 401, 401])
    expect(desk.ballots).toHaveLength(1)
    await expect
      .poll(() => events, POLL)
      .toContainEqual(
        expect.objectContaining({
          event: 'approval.refused',
          detail: { channel: 'chat', why: 'replayed' },
        }),
      )
  })
})

describe('what the chat did not send', () => {
  const now = () => Math.floor(Date.now() / 1_000)

  test.each<[string, () => Sending]>([
    ['signed with another secret', () => ({ secret: 'guess' })],
    ['without a signature', () => ({ headers: { 'x-slack-signature': '' } })],
    [
      'signed for another time',
      () => ({ headers: { 'x-slack-request-timestamp': `${now() - 1}` } }),
    ],
    ['six minutes old', () => ({ at: now() - 361 })],
    ['six minutes ahead', () => ({ at: now() + 361 })],
    ['of no time', () => ({ at: 'NaN' })],
    ['of a time in another spelling', () => ({ at: `0${now()}` })],
    ['of a time with an exponent', () => ({ at: '1e12' })],
    ['with a signature of another length', () => ({ headers: { 'x-slack-signature': 'v0=00' } })],
    ['of another version', () => ({ headers: { 'x-slack-signature': `v1=${'0'.repeat(64)}` } })],
  ])('%s: refused, and nothing more', async (_, sending) => {
    const { url, desk, events } = await scene()
    const answer = await send(url, press(pressed('approve')), sending())
    expect(answer.status).toBe(401)
    expect(await answer.json()).toEqual({
      type: 'about:blank',
      title: 'Unauthorized',
      status: 401,
      detail: 'this was not sent by the chat',
      code: 'signature_invalid',
    })
    expect(desk.ballots).toEqual([])
    expect(receiver.received).toEqual([])
    await expect
      .poll(() => events, POLL)
      .toMatchObject([
        { event: 'approval.refused', outcome: 'refused', detail: { channel: 'chat' } },
      ])
  })

  test('a body that was changed', async () => {
    const { url, desk } = await scene()
    const at = now()
    const body = press(pressed('decline'))
    const signature = createHmac('sha256', SIGNING).update(`v0:${at}:${body}`).digest('hex')
    const headers = { 'x-slack-signature': `v0=${signature}` }
    const changed = body.replace('U1', 'U2')
    expect(changed).not.toBe(body)
    expect((await send(url, changed, { at, headers })).status).toBe(401)
    expect((await send(url, body, { at, headers })).status).toBe(200)
    expect(desk.ballots).toHaveLength(1)
  })

  test('is on record now and then, however often it comes', async () => {
    const { url, events, time } = await scene()
    for (let index = 0; index < 20; index += 1) await send(url, 'payload={}', { secret: 'guess' })
    expect(events).toHaveLength(1)
    time.now += 11_000
    await send(url, 'payload={}', { secret: 'guess', at: Math.floor(time.now / 1_000) })
    await expect.poll(() => events, POLL).toHaveLength(2)
  })

  test('a press is refused while nobody knows whether it came before', async () => {
    const once = { first: () => Promise.reject(new Error('down')) }
    const { url, desk } = await scene(waiting(), {}, { once })
    expect((await send(url, press(pressed('approve')))).status).toBe(500)
    expect(desk.ballots).toEqual([])
  })

  test.each([
    ['GET', {}, 405],
    ['POST', { 'content-type': 'application/json' }, 415],
  ])('%s with %j is refused', async (method, headers, status) => {
    const { url } = await scene()
    const sent = method === 'GET' ? fetch(url) : send(url, press(pressed('approve')), { headers })
    expect((await sent).status).toBe(status)
  })

  test('a body that is too large is not read', async () => {
    const { url } = await scene()
    const sent = send(url, `payload=${'x'.repeat(300_000)}`)
    expect(
      await sent.then(
        ({ status }) => status,
        () => 413,
      ),
    ).toBe(413)
  })

  test('there is no path for callbacks where nobody can prove to be the chat', async () => {
    const { open } = await world('sqlite')
    const { signingSecret: _, ...unsigned } = chat(receiver.url)
    expect(open({ chat: unsigned }).routes('/hooks/chat')).toBeUndefined()
    const other = open({ chat: chat(receiver.url) })
    expect(other.routes('/hooks/chat/')).toBeUndefined()
    expect(other.routes('/hooks/chat')).toBeDefined()
  })
})

describe('who may not answer', () => {
  const refused = async (sent: Promise<Response>): Promise<string> => {
    const answer = await sent
    expect(answer.status).toBe(200)
    const { text } = (await answer.json()) as { readonly text: string }
    return text
  }
  const as = (user: string, more: JsonObject = {}) =>
    press(pressed('approve'), { user: { id: user }, ...more })

  test.each<[string, string, JsonObject]>([
    ['U9', 'Not done: nobody here is known to be you.', { chatUser: 'U9' }],
    ['__proto__', 'Not done: nobody here is known to be you.', { chatUser: '__proto__' }],
    ['constructor', 'Not done: nobody here is known to be you.', { chatUser: 'constructor' }],
    ['U3', 'Not done: your account is not active.', { chatUser: 'U3' }],
  ])('%s: %s', async (user, text, detail) => {
    const { url, desk, events } = await scene()
    expect(await refused(send(url, as(user)))).toBe(text)
    expect(desk.ballots).toEqual([])
    expect(events).toMatchObject([{ event: 'approval.refused', target: ID, detail }])
  })

  test('somebody whom the request does not ask', async () => {
    const { url, desk } = await scene()
    expect(await refused(send(url, as('U2')))).toBe('Not done: you are not asked.')
    expect(desk.ballots).toEqual([])
  })

  test('somebody of another workspace', async () => {
    const { url, desk } = await scene(waiting(), { workspace: 'T1' })
    const other = as('U1', { team: { id: 'T2' } })
    expect(await refused(send(url, other))).toBe('Not done: nobody here is known to be you.')
    expect(await refused(send(url, as('U1', { team: null })))).toContain('nobody here')
    expect(await refused(send(url, as('U1')))).toContain('You approved')
    expect(desk.ballots).toHaveLength(1)
  })
})

describe('what a button cannot do', () => {
  const said = async (sent: Promise<Response>): Promise<string> => {
    const { text } = (await (await sent).json()) as { readonly text: string }
    return text
  }

  test.each([
    ['made by somebody else', JSON.stringify({ id: ID, digest: DIGEST, verdict: 'approve' })],
    [
      'sealed with another key',
      buttonValue(
        { id: ID, digest: DIGEST, verdict: 'approve' },
        createSeal(Buffer.alloc(32, 6), 'webhooks'),
      ),
    ],
    [
      'sealed for another place',
      SEAL.seal(JSON.stringify({ id: ID, digest: DIGEST, verdict: 'approve' }), ['x']),
    ],
    ['empty', ''],
  ])('%s: refused and on record', async (_, value) => {
    const { url, desk, events } = await scene()
    expect(await said(send(url, press(value)))).toBe('Not done: this button is not ours.')
    expect(desk.ballots).toEqual([])
    expect(events).toMatchObject([{ event: 'approval.refused', subject: 'user:ann' }])
  })

  test('answer another request than the one that was shown', async () => {
    const { url, desk } = await scene()
    const changed = press(pressed('approve', 'f'.repeat(64)))
    expect(await said(send(url, changed))).toBe('Not done: the request is another one.')
    expect(desk.ballots).toEqual([])
  })

  test('answer what is over; the message then says how it ended', async () => {
    const { url, desk } = await scene(waiting({ state: 'expired' }))
    expect(await said(send(url, press(pressed('approve'))))).toBe('Not done: the request is over.')
    expect(desk.ballots).toEqual([])
    await expect.poll(() => receiver.received.length, POLL).toBe(1)
    expect(JSON.parse(receiver.received[0]?.body ?? '')).toMatchObject({
      replace_original: true,
      text: expect.stringMatching(/^Expired/),
    })
  })

  test.each<[string, Partial<ApprovalRequest>, Partial<ChatSettings>]>([
    ['what needs a passkey', { lift: { ...waiting().lift, assurance: 'passkey' } }, {}],
    ['what was not shown', {}, { include: 'summary' }],
    ['what is no longer kept', { access: undefined as never }, {}],
  ])('approve %s; decline it', async (_, more, settings) => {
    const { url, desk, events } = await scene(waiting(more), settings)
    expect(await said(send(url, press(pressed('approve'))))).toBe(
      'Not done: this has to be approved in the console.',
    )
    expect(desk.ballots).toEqual([])
    expect(events).toMatchObject([{ event: 'approval.refused' }])
    expect(await said(send(url, press(pressed('decline'))))).toContain('You declined.')
    expect(desk.ballots).toMatchObject([{ verdict: 'decline' }])
  })

  test('a failure in the dark tells nobody what it was', async () => {
    const answer = () => Promise.reject(new Error('password=hunter2'))
    const { url } = await scene(waiting(), {}, { answer })
    expect(await said(send(url, press(pressed('approve'))))).toBe('Not done: internal error.')
  })

  test.each<[string, () => string]>([
    ['no interaction', () => 'payload={}'],
    ['not JSON', () => 'payload={'],
    ['no form', () => 'x'],
    ['two payloads', () => `${press(pressed('approve'))}&payload=%7B%7D`],
    ['two actions', () => press('', { actions: [{ value: pressed('approve') }, { value: 'x' }] })],
    ['no user', () => press(pressed('approve'), { user: {} })],
    ['a link', () => press('', { actions: [{ action_id: 'bailiwick.open', type: 'button' }] })],
    ['a dialog', () => press(pressed('approve'), { type: 'view_submission' })],
  ])('%s is taken in and does nothing', async (_, body) => {
    const { url, desk } = await scene()
    const answer = await send(url, body())
    expect([answer.status, await answer.json()]).toEqual([200, {}])
    expect(desk.ballots).toEqual([])
  })
})

describe('where outcomes are told', () => {
  test.each([
    'http://evil.example/outcome',
    'https://hooks.slack.example@evil.example/',
    'http://127.0.0.1:1/outcome',
    'file:///etc/passwd',
    'no address',
  ])('not at %s', async (address) => {
    let posts = 0
    const post = async () => {
      posts += 1
      return { status: 200, text: '' }
    }
    const { url, desk } = await scene(waiting(), {}, { post })
    const body = press(pressed('approve'), { response_url: address })
    expect((await send(url, body)).status).toBe(200)
    expect(desk.ballots).toHaveLength(1)
    expect(posts).toBe(0)
  })

  test('a chat that takes no outcome changes nothing', async () => {
    receiver.answer = (response) => void response.writeHead(500).end()
    const { url, desk, lines } = await scene()
    expect((await send(url, press(pressed('approve')))).status).toBe(200)
    await expect.poll(() => lines, POLL).toEqual(['the chat answers an outcome with status 500'])
    expect(desk.now().state).toBe('approved')
  })
})
