import { decodeJwt } from 'jose'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type RunningGateway, startGateway } from '../../support/gateway.ts'
import { openOperator } from '../../support/operator.ts'
import { allow, setUpOwner } from '../../support/owner.ts'
import { type Person, person } from '../../support/person.ts'
import { type Application, application, REDIRECT } from './application.ts'
import { connected, NOTES, reconnected, refusedBecauseAsked } from './scene.ts'
import { KINDS, session } from './session.ts'

// The official clients, unmodified, from the first refusal to a call that needed more consent.

let gateway: RunningGateway
/** The owner's, who stays logged in. */
let browser: Person
beforeAll(async () => {
  const identity = { clients: { dynamicRegistration: 'loopback' }, tokens: { access: '30s' } }
  gateway = await startGateway(NOTES, { identity })
  await setUpOwner(gateway)
  browser = person(gateway.issuer)
  const operator = await openOperator(gateway)
  const common = { name: 'Known', method: 'none', redirects: [REDIRECT] } as const
  await operator.clients.register({ ...common, id: KNOWN })
  await operator.clients.register({ ...common, id: SIMPLE, grantTypes: ['authorization_code'] })
  await operator.close()
})
afterAll(() => gateway?.stop())

/** Clients that the operator registered, with refresh tokens and without. */
const [KNOWN, SIMPLE] = ['known', 'simple']

const known = () => application({ client: KNOWN, issuer: gateway.issuer })
const claims = ({ kept }: Application) => decodeJwt(kept.tokens?.access_token ?? '')

describe.each(KINDS)('client %s', (kind) => {
  test.each([
    ['registers itself', '/mcp/modern', undefined],
    ['is known', '/mcp/legacy', KNOWN],
    ['is known', '/mcp', KNOWN],
    ['is known and never refreshes', '/mcp/modern', SIMPLE],
  ])('%s, calls %s, and asks for more consent', async (_, path, client) => {
    const address = gateway.issuer + path
    const named = (tool: string) => (path === '/mcp' ? `legacy__${tool}` : tool)
    const app = application({ client, issuer: gateway.issuer })
    const one = await connected(kind, address, app, browser)
    expect(claims(app)).toMatchObject({ aud: address, scope: 'read', sub: 'owner' })
    const tools = [named('read_note'), named('write_note'), named('run_note')]
    expect(await one.tools()).toEqual(expect.arrayContaining(tools))
    expect(await one.call(named('read_note'))).toBe('a note')

    await refusedBecauseAsked(one.call(named('write_note')))
    await one.finish(await allow(browser, app.takeAddress().href))
    const server = path === '/mcp' ? 'legacy' : path.slice('/mcp/'.length)
    expect(claims(app)).toMatchObject({ aud: address, scope: `read ${server}:write_note` })
    expect(await one.call(named('write_note'))).toBe('written')
    expect(await one.call(named('read_note'))).toBe('a note')
    await refusedBecauseAsked(one.call(named('run_note')))
    await one.close()
  })

  test.each(['127.0.0.1', '[::1]'])('finds everything by the name %s', async (host) => {
    const { port } = new URL(gateway.issuer)
    const address = `http://${host}:${port}/mcp/modern`
    const app = known()
    const one = await connected(kind, address, app, browser)
    expect(claims(app)).toMatchObject({ aud: address, iss: gateway.issuer })
    expect(await one.call('read_note')).toBe('a note')
    await one.close()
  })

  test('refreshes what is over, and keeps what it was given', async () => {
    const app = known()
    const one = await connected(kind, `${gateway.issuer}/mcp/modern`, app, browser)
    const { tokens } = app.kept
    if (tokens?.refresh_token === undefined) throw new Error('there is no refresh token')
    app.kept.tokens = { ...tokens, access_token: `${tokens.access_token.slice(0, -8)}AAAAAAAA` }
    expect(await one.call('read_note')).toBe('a note')
    expect(app.kept.tokens.refresh_token).not.toBe(tokens.refresh_token)
    expect(claims(app)).toMatchObject({ scope: 'read', gid: decodeJwt(tokens.access_token)['gid'] })
    await one.close()
  })

  test('asks anew when its consent was withdrawn', async () => {
    const app = known()
    const address = `${gateway.issuer}/mcp/modern`
    const one = await connected(kind, address, app, browser)
    const account = await browser.visit('/oauth/account')
    await browser.submit(account, '/revoke', {})
    await refusedBecauseAsked(one.call('read_note'))
    await one.finish(await allow(browser, app.takeAddress().href))
    await one.close()
    const two = await reconnected(kind, address, app)
    expect(await two.call('read_note')).toBe('a note')
    await two.close()
  })

  test('cannot take a token elsewhere', async () => {
    const app = known()
    const one = await connected(kind, `${gateway.issuer}/mcp/modern`, app, browser)
    await one.close()
    const other = known()
    other.kept.tokens = { ...app.kept.tokens, refresh_token: undefined } as never
    await refusedBecauseAsked(session(kind, `${gateway.issuer}/mcp/legacy`, other).connect())
    expect(other.takeAddress().searchParams.get('resource')).toBe(`${gateway.issuer}/mcp/legacy`)
  })
})

describe.each(KINDS.slice(1))('client %s', (kind) => {
  test('hears of a person who does not want that, and goes on with what it has', async () => {
    const app = known()
    const one = await connected(kind, `${gateway.issuer}/mcp/modern`, app, browser)
    await refusedBecauseAsked(one.call('write_note'))
    const page = await browser.visit(app.takeAddress().href)
    await browser.submit(page, '/consent', { answer: 'deny' })
    if (browser.left === undefined) throw new Error('nobody was sent away')
    await expect(one.finish(browser.left)).rejects.toMatchObject({ code: 'access_denied' })
    expect(await one.call('read_note')).toBe('a note')
    await one.close()
  })
})
