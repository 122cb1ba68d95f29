import { DpopSession } from '@modelcontextprotocol/client'
import { decodeJwt } from 'jose'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type RunningGateway, startGateway } from '../../support/gateway.ts'
import { allow, setUpOwner } from '../../support/owner.ts'
import { person } from '../../support/person.ts'
import { application } from './application.ts'
import { connected, NOTES, refusedBecauseAsked } from './scene.ts'
import { KINDS } from './session.ts'

// Clients of SDK v2 that prove a key, against a gateway that takes nothing else from anybody.

let gateway: RunningGateway
beforeAll(async () => {
  const clients = { dynamicRegistration: 'loopback' }
  gateway = await startGateway(NOTES, { identity: { clients, bearer: 'never' } })
  await setUpOwner(gateway)
})
afterAll(() => gateway?.stop())

describe.each(KINDS.slice(1))('client %s', (kind) => {
  test('binds its tokens to its key, and proves it for every call', async () => {
    const dpop = await DpopSession.create()
    const app = application({ dpop })
    const browser = person(gateway.issuer)
    const address = `${gateway.issuer}/mcp/modern`
    const one = await connected(kind, address, app, browser)
    expect(app.kept.tokens?.token_type).toMatch(/^dpop$/i)
    const token = app.kept.tokens?.access_token ?? ''
    expect(decodeJwt(token)).toMatchObject({ cnf: { jkt: dpop.thumbprint }, aud: address })
    expect(dpop.nonceFor(address)).toBeDefined()
    expect(await one.call('read_note')).toBe('a note')
    await refusedBecauseAsked(one.call('write_note'))
    await one.finish(await allow(browser, app.takeAddress().href))
    expect(await one.call('write_note')).toBe('written')

    const { tokens } = app.kept
    if (tokens === undefined) throw new Error('there are no tokens')
    app.kept.tokens = { ...tokens, access_token: `${tokens.access_token.slice(0, -8)}AAAAAAAA` }
    expect(await one.call('write_note')).toBe('written')
    expect(app.kept.tokens.refresh_token).not.toBe(tokens.refresh_token)
    await one.close()
  })
})
