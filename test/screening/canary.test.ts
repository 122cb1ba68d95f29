import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type RunningGateway, startGateway } from '../support/gateway.ts'
import { connect, type Listener } from './client.ts'

// A decoy stands in what one server has. Whoever takes it to another is stopped, and somebody hears of it.

const PROGRAM = resolve('test/screening/saying-server.ts')
const SECRET = `whsec_${Buffer.alloc(32, 7).toString('base64')}`
const POLL = { timeout: 15_000, interval: 50 }
const SCREENS = `
screens:
  decoys-leave-nowhere:
    for: { servers: [mail] }
    canary: { action: block, alert: true, stop: true }
`

const told: { readonly type: string; readonly data: { readonly target?: string } }[] = []
const receiver = createServer(async (request, response) => {
  let body = ''
  for await (const chunk of request.setEncoding('utf8')) body += chunk
  told.push(JSON.parse(body))
  response.end('ok')
})

let folder: string
let gateway: RunningGateway
const clients: Listener[] = []
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'canaries-'))
  writeFileSync(join(folder, 'all.cedar'), '@id("all") permit (principal, action, resource);')
  writeFileSync(join(folder, 'screens.yaml'), SCREENS)
  await new Promise<void>((ready) => receiver.listen(0, '127.0.0.1', ready))
  const { port } = receiver.address() as AddressInfo
  const server = (name: string, decoys?: 'api-key') => ({
    ...(decoys ? { decoys } : {}),
    transport: 'stdio' as const,
    command: process.execPath,
    args: [PROGRAM, '--stdio', '--heard', heardFile(name)],
  })
  for (const name of ['vault', 'mail', 'crm']) writeFileSync(heardFile(name), '')
  const hook = { url: `http://127.0.0.1:${port}/`, secrets: ['secret://env/HOOK'] }
  gateway = await startGateway(
    {
      vault: server('vault'),
      mail: server('mail'),
      crm: server('crm', 'api-key'),
    },
    { policies: [join(folder, '/')], webhooks: { siem: hook } },
    { env: { HOOK: SECRET } },
  )
})
afterAll(async () => {
  for (const client of clients) await client.close().catch(() => {})
  await gateway?.stop()
  receiver.closeAllConnections()
  receiver.close()
  rmSync(folder, { recursive: true, force: true })
})

function heardFile(name: string): string {
  return join(folder, `${name}.jsonl`)
}

/** Asks the control plane as the owner's own program. */
async function admin(line: string, body?: object): Promise<Record<string, unknown>> {
  const [method = '', path] = line.split(' ')
  const token = await gateway.tokenFor('/admin', { scopes: ['write'] })
  const response = await fetch(`${gateway.origin}/admin/api/v1${path}`, {
    method,
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
  const answer = (await response.json()) as Record<string, unknown>
  expect(response.ok, JSON.stringify(answer)).toBe(true)
  return answer
}

interface Decoy {
  readonly id: string
  readonly value: string
}

async function plant(): Promise<Decoy> {
  const about = { kind: 'github-token', server: 'vault', place: 'a note in the vault' }
  const { canary, value } = await admin('POST /canaries', about)
  return { id: (canary as Decoy).id, value: String(value) }
}

/** A session of its own: a grant, and a client that uses it for both servers. */
async function session() {
  const token = await gateway.tokenFor('/mcp')
  const client = await connect('v1', `${gateway.origin}/mcp`, token)
  clients.push(client)
  return {
    client,
    /** What a request is answered with from now on. */
    status: async () =>
      (
        await fetch(`${gateway.origin}/mcp`, {
          method: 'POST',
          headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
          body: '{}',
        })
      ).status,
  }
}

async function sightingsOf({ id }: Decoy): Promise<readonly Record<string, unknown>[]> {
  return (await admin(`GET /canary-sightings?canary=${id}`))['items'] as never
}

async function expectStopped(
  { status }: Awaited<ReturnType<typeof session>>,
  decoy: Decoy,
  part: string,
): Promise<void> {
  expect(await status()).toBe(401)
  expect(await sightingsOf(decoy)).toMatchObject([{ server: 'mail', part, stopped: true }])
  const alerts = () =>
    told.filter(({ type, data }) => type === 'alert.canary' && data.target === decoy.id)
  await expect
    .poll(alerts, POLL)
    .toMatchObject([
      { data: { detail: { part, planted: { place: 'a note in the vault', server: 'vault' } } } },
    ])
}

const base64 = (text: string) => Buffer.from(text).toString('base64')
const SENT: Readonly<Record<string, (value: string) => string>> = {
  plain: (value) => value,
  'in base64': base64,
  'in pieces': (value) => [...value].join(' '),
}

test.for(Object.entries(SENT))(
  'an agent that sends a decoy on, %s, is stopped',
  async ([, sent]) => {
    const decoy = await plant()
    const [agent, other] = [await session(), await session()]
    // What the vault says may be read: it is where the decoy belongs.
    const read = await agent.client.call('vault__say', { where: 'text', what: decoy.value })
    expect(JSON.stringify(read)).toContain(decoy.value)
    expect(await sightingsOf(decoy)).toEqual([])

    const what = `please note: ${sent(decoy.value)}`
    // Its client hears of the refusal, or finds its session gone.
    const refused = await agent.client
      .call('mail__say', { where: 'text', what })
      .catch(() => ({ isError: true }))
    expect(refused).toMatchObject({ isError: true })
    expect(readFileSync(heardFile('mail'), 'utf8')).not.toContain(sent(decoy.value))
    await expectStopped(agent, decoy, 'arguments')
    expect(await other.status()).not.toBe(401)
    const said = await other.client.call('mail__say', { where: 'text', what: 'still here' })
    expect(JSON.stringify(said)).toContain('still here')
  },
)

test('a decoy that somebody retired stops nobody', async () => {
  const decoy = await plant()
  const agent = await session()
  await admin(`POST /canaries/${decoy.id}/retire`, {})
  const said = await agent.client.call('mail__say', { where: 'text', what: decoy.value })
  expect(JSON.stringify(said)).toContain(decoy.value)
  expect(await sightingsOf(decoy)).toEqual([])
})

// What is asked of the server is sealed, so that arguments do not give it away.
test.for([
  ['a result', 'result', 'say', 'text'],
  ['a question', 'question', 'ask', 'elicitation'],
  ['a notification', 'notification', 'say', 'log'],
] as const)('a decoy is seen in %s', async ([, part, tool, where]) => {
  const decoy = await plant()
  const agent = await session()
  const what = `sealed:${[...Buffer.from(decoy.value)].map((byte) => byte ^ 0x55).join('.')}`
  agent.client.wire()
  await agent.client.call(`mail__${tool}`, { where, what }).catch(() => undefined)
  await expect.poll(() => sightingsOf(decoy), POLL).toHaveLength(1)
  expect(agent.client.wire()).not.toContain(decoy.value)
  await expectStopped(agent, decoy, part)
})

test('a decoy that the gateway put into a result stops whoever takes it elsewhere', async () => {
  const agent = await session()
  const handed = async (): Promise<string> => {
    const answer = await agent.client.call('crm__say', { where: 'text', what: 'a customer' })
    const { content } = answer as { readonly content: readonly { readonly text: string }[] }
    expect(content).toHaveLength(2)
    expect(content[0]?.text).toContain('a customer')
    return /: (\S+)$/.exec(content[1]?.text ?? '')?.[1] ?? ''
  }
  const value = await handed()
  expect(await handed()).toBe(value)
  const elsewhere = await agent.client.call('vault__say', { where: 'text', what: 'a note' })
  expect((elsewhere as { readonly content: readonly unknown[] }).content).toHaveLength(1)

  await agent.client.call('mail__say', { where: 'text', what: value }).catch(() => undefined)
  expect(readFileSync(heardFile('mail'), 'utf8')).not.toContain(value)
  expect(await agent.status()).toBe(401)
})
