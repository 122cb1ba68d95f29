import { createHmac, randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type IncomingHttpHeaders } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Webhook } from 'standardwebhooks'
import { afterAll, describe, expect, test } from 'vitest'
import type { JsonObject } from '../../src/kernel/json.ts'
import { type Answered, answerTo, asksFor, bent, call } from './call.ts'
import type { Asked } from './policies.ts'
import { approvals, onRecord, reached, recordedCall } from './scene.ts'

// People hear of what waits elsewhere, and answer in a chat: signed both ways, once.

const SECRET = `whsec_${Buffer.alloc(32, 7).toString('base64')}`
const SIGNING = 'the chat signs with this'
const POLL = { timeout: 15_000, interval: 50 }

interface Received {
  readonly path: string
  readonly headers: IncomingHttpHeaders
  readonly body: string
}

/** Whatever was posted to this machine: webhooks under `/siem`, messages of the chat under `/chat`. */
const received: Received[] = []
const receiver = createServer(async (request, response) => {
  let body = ''
  for await (const chunk of request.setEncoding('utf8')) body += chunk
  received.push({ path: request.url ?? '', headers: request.headers, body })
  response.end('ok')
})
receiver.listen(0, '127.0.0.1')
await once(receiver, 'listening')
const host = `127.0.0.1:${(receiver.address() as AddressInfo).port}`
afterAll(() => {
  receiver.closeAllConnections()
  receiver.close()
})

const scene = approvals({
  env: { SIEM_KEY: SECRET, CHAT_URL: `http://${host}/chat`, CHAT_SIGNING: SIGNING },
  config: () => ({
    webhooks: { siem: { url: `http://${host}/siem`, secrets: ['secret://env/SIEM_KEY'] } },
    chat: {
      ...{ url: 'secret://env/CHAT_URL', signingSecret: 'secret://env/CHAT_SIGNING' },
      ...{ users: { U1: 'bo', U2: 'ann' }, workspace: 'T1', include: 'arguments' },
      answerHosts: [host],
    },
  }),
})

const to = (path: string, word: string): readonly Received[] =>
  received.filter((one) => one.path === path && one.body.includes(word))

/** The message of the chat about a request. */
async function messageAbout({ id }: Answered): Promise<JsonObject> {
  await expect.poll(() => to('/chat', id).length, POLL).toBeGreaterThan(0)
  return JSON.parse(to('/chat', id)[0]?.body ?? '')
}

/** The value of a button in a message, as the chat keeps it. */
function buttonIn(message: JsonObject, verdict: 'approve' | 'decline'): string {
  const blocks = message['blocks'] as readonly { elements?: readonly JsonObject[] }[]
  const all = blocks.flatMap(({ elements = [] }) => elements)
  const button = all.find((one) => one['action_id'] === `bailiwick.${verdict}`)
  if (button === undefined) throw new Error(`no button:\n${JSON.stringify(message)}`)
  return String(button['value'])
}

/** What the chat posts when `user` presses a button. */
function press(value: string, user = 'U1', team = 'T1'): string {
  const actions = [{ type: 'button', action_id: 'bailiwick.approve', value }]
  const outcome = `http://${host}/outcome`
  const payload = { type: 'block_actions', user: { id: user }, team: { id: team }, actions }
  const body = JSON.stringify({ ...payload, response_url: outcome })
  return new URLSearchParams({ payload: body }).toString()
}

/** Signs as the chat does (Slack, "Verifying requests", version 0). */
function signed(body: string, key = SIGNING, at = Math.floor(Date.now() / 1_000)) {
  const mac = createHmac('sha256', key).update(`v0:${at}:${body}`).digest('hex')
  return {
    'content-type': 'application/x-www-form-urlencoded',
    'x-slack-request-timestamp': `${at}`,
    'x-slack-signature': `v0=${mac}`,
  }
}

async function posted(body: string, headers: Readonly<Record<string, string>> = signed(body)) {
  const response = await fetch(`${scene().issuer}/hooks/chat`, { method: 'POST', headers, body })
  const { text, code } = (await response.json()) as { text?: string; code?: string }
  return { status: response.status, text, code }
}

async function state({ id }: Answered): Promise<unknown> {
  return (await scene().own(`GET /approvals/${id}`)).json.approval.state
}

const again = async (name: Asked, args: JsonObject): Promise<Answered> =>
  call(scene(), await scene().token('ann'), name, args)

describe('a webhook', () => {
  test('tells of a request, its answer and its use; whoever has the key can check it', async () => {
    const args = { path: randomUUID() }
    const waits = await asksFor(scene(), 'pay', args)
    await answerTo(scene(), 'bo', waits)
    expect((await again('pay', args)).code).toBeUndefined()
    const states = (): readonly string[] =>
      to('/siem', waits.id).map(({ body }) => JSON.parse(body).data.state)
    await expect
      .poll(() => new Set(states()), POLL)
      .toEqual(new Set(['pending', 'approved', 'used']))
    for (const { body, headers } of to('/siem', waits.id)) {
      const proof = headers as Record<string, string>
      expect(new Webhook(SECRET).verify(body, proof)).toMatchObject({
        type: expect.stringMatching(/^approval\./),
        data: { id: waits.id, digest: waits.digest, subject: 'user:ann', tool: 'pay' },
      })
      expect(() => new Webhook(SECRET).verify(body.replace('pay', 'key'), proof)).toThrow()
      // What the call carries stays here, unless the configuration says otherwise.
      expect(body).not.toContain(args.path)
    }
    const ids = to('/siem', waits.id).map(({ headers }) => headers['webhook-id'])
    expect(new Set(ids).size).toBe(ids.length)
    expect(reached(scene())).toEqual([['pay', args]])
  })
})

describe('a chat', () => {
  test('shows the call whole; a yes there lets it run once, and stands on record', async () => {
    const args = { path: randomUUID() }
    const waits = await asksFor(scene(), 'pay', args)
    const message = await messageAbout(waits)
    expect(JSON.stringify(message)).toContain(args.path)
    const body = press(buttonIn(message, 'approve'))
    const headers = signed(body)
    expect(await posted(body, headers)).toMatchObject({
      ...{ status: 200, text: 'You approved. The call may be made once.' },
    })
    await expect.poll(() => to('/outcome', waits.id).length, POLL).toBe(1)
    const ran = await again('pay', args)
    expect(ran.code).toBeUndefined()
    expect(reached(scene())).toEqual([['pay', args]])

    expect(await posted(body, headers)).toMatchObject({ status: 401, code: 'signature_invalid' })
    const second = await again('pay', args)
    expect(second).toMatchObject({ code: 'approval_pending' })
    // The button of the request that is over, pressed again.
    await posted(press(buttonIn(message, 'approve')))
    expect(await state(second)).toBe('pending')
    expect(await onRecord(scene(), waits.id)).toEqual([
      ...['approval.requested done', 'approval.voted done'],
      ...['approval.granted done', 'approval.used done'],
    ])
    const { items } = (await scene().own('GET /events?event=approval.voted&limit=1')).json
    expect(items).toMatchObject([
      { detail: { user: 'bo', channel: 'chat', assurance: 'session' }, by: { subject: 'user:bo' } },
    ])
    const { items: calls } = (await scene().own(`GET /calls?limit=5`)).json
    const found = calls.find((one: JsonObject) => one['approval'] === waits.id)
    expect(await recordedCall(scene(), found.id)).toMatchObject({ approval: waits.id })
    expect(reached(scene())).toEqual([])
  })

  test('a no there is a no', async () => {
    const args = { path: randomUUID() }
    const waits = await asksFor(scene(), 'pay', args)
    await posted(press(buttonIn(await messageAbout(waits), 'decline')))
    expect(await again('pay', args)).toMatchObject({ code: 'approval_refused', why: 'declined' })
    expect(reached(scene())).toEqual([])
  })

  const now = () => Math.floor(Date.now() / 1_000)
  test.each<readonly [string, (body: string) => Readonly<Record<string, string>>]>([
    ['signed with another key', (body) => signed(body, 'guess')],
    ['not signed', (body) => ({ ...signed(body), 'x-slack-signature': '' })],
    ['signed for other words', (body) => signed(`${body}&more=1`)],
    ['older than five minutes', (body) => signed(body, SIGNING, now() - 400)],
    ['of the future', (body) => signed(body, SIGNING, now() + 400)],
  ])('does not count: %s', async (_, headers) => {
    const waits = await asksFor(scene(), 'pay')
    const body = press(buttonIn(await messageAbout(waits), 'approve'))
    expect(await posted(body, headers(body))).toMatchObject({
      ...{ status: 401, code: 'signature_invalid' },
    })
    expect(await state(waits)).toBe('pending')
    const { items } = (await scene().own('GET /events?event=approval.refused&limit=5')).json
    expect(items).toContainEqual(
      expect.objectContaining({ detail: expect.objectContaining({ channel: 'chat' }) }),
    )
  })

  test.each<readonly [string, string, (value: string) => string, string]>([
    ['somebody unknown', 'pay', (value) => press(value, 'U9'), 'nobody here is known to be you'],
    [
      'another workspace',
      'pay',
      (value) => press(value, 'U1', 'T2'),
      'nobody here is known to be you',
    ],
    ['whose call it is', 'pay', (value) => press(value, 'U2'), 'nobody approves their own call'],
    ['a button that is not ours', 'pay', (value) => press(bent(value)), 'this button is not ours'],
  ])('does not count: %s', async (_, name, sent, words) => {
    const waits = await asksFor(scene(), name as Asked)
    const body = sent(buttonIn(await messageAbout(waits), 'approve'))
    expect((await posted(body)).text).toContain(words)
    expect(await state(waits)).toBe('pending')
    const { items } = (await scene().own('GET /events?event=approval.refused&limit=1')).json
    expect(items).toMatchObject([{ outcome: 'refused', detail: { channel: 'chat' } }])
    expect(reached(scene())).toEqual([])
  })

  test('has no button for what takes a passkey', async () => {
    const message = await messageAbout(await asksFor(scene(), 'key'))
    expect(() => buttonIn(message, 'approve')).toThrow('no button')
  })
})
