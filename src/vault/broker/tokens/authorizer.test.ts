import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { type Issuer, startIssuer } from '../testing/issuer.ts'
import {
  ANN,
  answerTo,
  at,
  type BrokerScene,
  brokerScene,
  refusal,
  request,
} from '../testing/scene.ts'

let scene: BrokerScene
let issuer: Issuer
beforeAll(async () => {
  scene = await brokerScene()
  issuer = await startIssuer()
  scene.add('notes', issuer.url)
  scene.add('stated', issuer.url, {})
  scene.add('none', issuer.url, { kind: 'none' })
})
afterAll(async () => {
  await scene.close()
  await issuer.close()
})
beforeEach(() => {
  issuer.odd = {}
})

const INVALID = 'Bearer error="invalid_token"'
const authorizer = (server = 'notes') => scene.broker.authorizer(server, ANN)
const shown = (server?: string) => authorizer(server).headers(request(issuer.url))

test('nothing is shown until the server asks; then the person is sent to connect', async () => {
  expect(await shown()).toEqual([])
  expect(scene.broker.fact('notes', ANN)).toEqual({ kind: 'none', shared: false })
  // Who only refuses is not one to connect to.
  for (const challenges of [[], ['Basic realm="notes"']])
    expect(await authorizer().refused({ ...refusal(issuer.url, [], 'Bearer'), challenges })).toBe(
      false,
    )
  const refused = authorizer().refused(refusal(issuer.url, [], 'Bearer'))
  await expect(refused).rejects.toMatchObject({
    code: 'connection_required',
    data: { reason: 'not_connected', url: expect.stringContaining('connect=notes') },
  })
  await expect(shown('stated')).rejects.toMatchObject({ data: { reason: 'not_connected' } })
})

test('a server that is shown nothing stays so', async () => {
  expect(authorizer('none').headers(request(issuer.url))).toEqual([])
  expect(await authorizer('none').refused(refusal(issuer.url, [], INVALID))).toBe(false)
  const begun = scene.broker.connections.begin({ server: 'none', ...at() })
  await expect(begun).rejects.toMatchObject({ code: 'item_unknown' })
})

test('who connected in the meantime is let through', async () => {
  expect(await shown()).toEqual([])
  const other = scene.open()
  const { location } = await other.connections.begin({ server: 'notes', ...at() })
  await other.connections.finish(answerTo(location), at())
  expect(await authorizer().refused(refusal(issuer.url, [], 'Bearer'))).toBe(true)
  expect(await shown()).toHaveLength(2)
})

test('scopes that are missing are asked for with those that are there, and not for ever', async () => {
  await scene.connect('notes')
  const challenge = 'Bearer error="insufficient_scope", scope="write"'
  const needs = async () => authorizer().refused(refusal(issuer.url, await shown(), challenge))
  await expect(needs()).rejects.toMatchObject({
    code: 'connection_required',
    data: { reason: 'step_up', scopes: ['read', 'write'] },
  })
  const offer = await scene.broker.connections.offer({ server: 'notes', user: 'user:ann' })
  expect(offer).toMatchObject({ scopes: ['read', 'write'], added: ['write'] })
  const { location } = await scene.broker.connections.begin({ server: 'notes', ...at() })
  expect(new URL(location).searchParams.get('scope')).toBe('read write')
  // Less is granted than was asked for.
  issuer.odd = { tokens: { scope: 'read' } }
  expect(await scene.connect('notes')).toMatchObject({ scopes: ['read'], wanted: ['write'] })
  expect(await needs()).toBe(false)
  issuer.odd = {}
  expect(await scene.connect('notes')).toMatchObject({ scopes: ['read', 'write'], wanted: [] })
  expect(await needs()).toBe(false)
  const other = 'Bearer error="other", scope="admin"'
  const forbidden = { ...refusal(issuer.url, await shown(), other), status: 403 as const }
  expect(await authorizer().refused(forbidden)).toBe(false)
})

test('tokens of an issuer that the server has left go nowhere', async () => {
  await scene.connect('notes')
  const old = await shown()
  const next = await startIssuer()
  issuer.odd = { resource: { authorization_servers: [next.origin] } }
  const refreshes = issuer.at('/token').length
  const refused = authorizer().refused(refusal(issuer.url, old, INVALID))
  await expect(refused).rejects.toMatchObject({ data: { reason: 'reauth_required' } })
  expect(issuer.at('/token')).toHaveLength(refreshes)
  const [view] = await scene.broker.connections.list()
  expect(view).toMatchObject({ status: 'reauth_required', reason: 'issuer_changed' })
  expect(await scene.connect('notes')).toMatchObject({ issuer: next.origin })
  expect(next.at('/register')).toHaveLength(1)
  const secrets = [...issuer.given.flatMap((one) => [one.access, one.refresh ?? ''])]
  for (const { body, headers } of next.heard)
    for (const secret of secrets) expect(body + JSON.stringify(headers)).not.toContain(secret)
  expect((await shown())[1]).toBe(`Bearer ${next.given.at(-1)?.access}`)
  await next.close()
})

test('tokens for one address go to no other that takes the name of the server', async () => {
  const next = await startIssuer()
  scene.add('moving', issuer.url)
  await scene.connect('moving')
  scene.add('moving', next.url)
  const moved = scene.open().authorizer('moving', ANN)
  const sent = async () => moved.headers(request(next.url))
  await expect(sent()).rejects.toMatchObject({ data: { reason: 'reauth_required' } })
  const [view] = (await scene.broker.connections.list()).filter(({ server }) => server === 'moving')
  expect(view).toMatchObject({ status: 'reauth_required', reason: 'server_moved' })
  expect(next.heard).toEqual([])
  await next.close()
})

test('tokens of an issuer that the operator has replaced are no good any more', async () => {
  scene.add('pinned', issuer.url)
  await scene.connect('pinned')
  scene.add('pinned', issuer.url, { issuer: 'https://other.example' })
  const pinned = scene.open().authorizer('pinned', ANN)
  const sent = async () => pinned.headers(request(issuer.url))
  await expect(sent()).rejects.toMatchObject({ data: { reason: 'reauth_required' } })
})

test('each token is told of while it is in memory', async () => {
  const watched: string[] = []
  const over: string[] = []
  const broker = scene.open({
    onToken: (value, { owner }) => {
      watched.push(`${value} ${owner}`)
      return () => void over.push(value)
    },
  })
  await scene.connect('notes')
  const { access } = issuer.given.at(-1) ?? {}
  await broker.authorizer('notes', ANN).headers(request(issuer.url))
  expect(watched).toEqual([`${access} user:ann`])
  expect(over).toEqual([])
  broker.forget('notes user:ann')
  expect(over).toEqual([access])
  await broker.close()
})
