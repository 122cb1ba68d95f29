import { createHmac } from 'node:crypto'
import { Webhook } from 'standardwebhooks'
import { expect, onTestFinished, test } from 'vitest'
import { configFrom } from '../../config/config.ts'
import type { User } from '../../kernel/accounts.ts'
import { createSeal } from '../../kernel/seal.ts'
import type { SubjectId } from '../../kernel/subject.ts'
import { freshStore } from '../../store/testing/fresh-store.ts'
import { buttonValue } from '../../webhooks/chat/button.ts'
import { testDesk, waiting } from '../../webhooks/testing/desk.ts'
import { listen, testReceiver } from '../../webhooks/testing/receiver.ts'
import { createPlace } from '../testing/command-line.ts'
import { openTelling } from './telling.ts'

const POLL = { timeout: 15_000, interval: 20 }
const SECRET = `whsec_${Buffer.alloc(32, 7).toString('base64')}`
const SEAL_KEY = Buffer.alloc(32, 5)
const ENV = { KEY: SECRET, SIGNING: 'a-signing-secret' }
const ANN: User = {
  id: 'ann' as SubjectId,
  name: 'Ann',
  status: 'active',
  groups: ['finance'],
  created: 0,
}

/** Everything real but the desk: configuration, database, addresses that are checked, HTTP. */
async function scene(more: object = {}, user: User = ANN) {
  const [webhook, chat] = [await testReceiver(), await testReceiver()]
  const fresh = await freshStore('sqlite')
  onTestFinished(fresh.remove)
  const desk = testDesk(waiting())
  const config = configFrom(
    {
      webhooks: { siem: { url: webhook.url, secrets: ['secret://env/KEY'] } },
      chat: {
        url: 'secret://env/CHAT',
        signingSecret: 'secret://env/SIGNING',
        users: { U1: 'ann' },
        include: 'arguments',
        answerHosts: [new URL(chat.url).host],
        ...more,
      },
    },
    fresh.directory,
    { env: {}, homedir: fresh.directory },
  )
  const lines: string[] = []
  const telling = openTelling({
    config,
    env: { ...ENV, CHAT: `${chat.url}/services/x` },
    store: fresh.store,
    witness: async () => {},
    sealKey: SEAL_KEY,
    issuer: 'https://gateway.example',
    desk,
    accounts: { user: async (id) => (id === user.id ? user : undefined) },
    log: (line) => void lines.push(line),
  })
  onTestFinished(telling.close)
  const { url } = await listen(async (incoming, response) =>
    telling.routes(incoming.url ?? '')?.(incoming, response),
  )
  return { telling, desk, webhook, chat, lines, callback: `${url}/hooks/chat` }
}

function press(callback: string, answerUrl: string): Promise<Response> {
  const { id, digest } = waiting()
  const seal = createSeal(SEAL_KEY, 'webhooks')
  const value = buttonValue({ id, digest, verdict: 'approve' }, seal)
  const payload = {
    type: 'block_actions',
    user: { id: 'U1' },
    actions: [{ value }],
    response_url: answerUrl,
  }
  const body = new URLSearchParams({ payload: JSON.stringify(payload) }).toString()
  const timestamp = String(Math.floor(Date.now() / 1_000))
  const mac = createHmac('sha256', ENV.SIGNING).update(`v0:${timestamp}:${body}`).digest('hex')
  return fetch(callback, {
    method: 'POST',
    body,
    headers: {
      'content-type': 'application/x-www-form-urlencoded',
      'x-slack-request-timestamp': timestamp,
      'x-slack-signature': `v0=${mac}`,
    },
  })
}

test('who the configuration names is told, and answers; the message says so', async () => {
  const { telling, desk, webhook, chat, callback } = await scene()
  telling.onNews({ what: 'requested', approval: desk.now() })
  await expect.poll(() => [webhook.received.length, chat.received.length], POLL).toEqual([1, 1])
  const [told] = webhook.received
  const headers = told?.headers as Record<string, string>
  expect(new Webhook(SECRET).verify(told?.body ?? '', headers)).toMatchObject({
    type: 'approval.requested',
  })
  expect(chat.received[0]).toMatchObject({ url: '/services/x' })
  expect((await press(callback, `${chat.url}/outcome`)).status).toBe(200)
  expect(desk.ballots).toMatchObject([{ verdict: 'approve', user: { id: 'ann' } }])
  await expect.poll(() => chat.received.length, POLL).toBe(2)
  expect(chat.received[1]).toMatchObject({ url: '/outcome' })
})

test('who is disabled at this moment does not answer', async () => {
  const { desk, chat, callback } = await scene({}, { ...ANN, status: 'disabled' })
  const answer = await press(callback, `${chat.url}/outcome`)
  expect(await answer.json()).toMatchObject({ text: 'Not done: your account is not active.' })
  expect(desk.ballots).toEqual([])
})

test('to name a host for outcomes does not open this machine or its networks', async () => {
  const inner = await testReceiver()
  const { desk, callback, lines } = await scene({ answerHosts: [new URL(inner.url).host] })
  expect((await press(callback, inner.url)).status).toBe(200)
  expect(desk.ballots).toHaveLength(1)
  await expect.poll(() => lines, POLL).toEqual(['the chat could not be told of an outcome'])
  expect(inner.received).toEqual([])
})

test('a secret that is not there ends the start', async () => {
  const chat = { url: 'secret://env/NOWHERE' }
  await expect(scene(chat)).rejects.toThrow('the secret `secret://env/NOWHERE` refers to nothing')
})

/** A place whose configuration names one receiver. */
async function placeWithReceiver() {
  const receiver = await testReceiver()
  const place = createPlace()
  const webhooks = `webhooks: { siem: { url: '${receiver.url}/in', secrets: [secret://env/KEY] } }`
  place.file('bailiwick.yaml', webhooks)
  return { receiver, place }
}

test('the command line lists receivers, and pings none that is not there', async () => {
  const { place, receiver } = await placeWithReceiver()
  const [listed, other, keyless] = await Promise.all([
    place.run(['webhooks', 'ls', '--json']),
    place.run(['webhooks', 'test', 'other'], { env: { KEY: SECRET } }),
    place.run(['webhooks', 'test', 'siem']),
  ])
  expect(JSON.parse(listed.stdout)).toMatchObject({ webhooks: [{ name: 'siem', secrets: 1 }] })
  expect([other.code, keyless.code]).toEqual([2, 3])
  expect(receiver.received).toEqual([])
}, 60_000)

test('the command line pings a receiver, and says how it answers', async () => {
  const { place, receiver } = await placeWithReceiver()
  const env = { KEY: SECRET }
  const good = await place.run(['webhooks', 'test', 'siem'], { env })
  expect([good.code, good.stdout]).toEqual([0, '`siem` took it, with status 200\n'])
  const [sent] = receiver.received
  const headers = sent?.headers as Record<string, string>
  expect(new Webhook(SECRET).verify(sent?.body ?? '', headers)).toMatchObject({ type: 'ping' })
  receiver.answer = (response) => void response.writeHead(403).end()
  const bad = await place.run(['webhooks', 'test', 'siem', '--json'], { env })
  const why = 'it answers with status 403'
  expect([bad.code, JSON.parse(bad.stdout)]).toEqual([
    1,
    { webhook: 'siem', ok: false, status: 403, why },
  ])
}, 60_000)
