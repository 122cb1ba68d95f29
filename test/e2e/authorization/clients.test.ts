import { decodeJwt } from 'jose'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type RunningGateway, startGateway } from '../../support/gateway.ts'
import { allow, setUpOwner } from '../../support/owner.ts'
import { type Application, application } from './application.ts'
import { connected, NOTES, newBrowser, refusedBecauseAsked } from './scene.ts'
import { KINDS } from './session.ts'

// The official clients, unmodified, from the first refusal to a call that needed more consent.

let gateway: RunningGateway
beforeAll(async () => {
  const clients = { dynamicRegistration: 'loopback' }
  gateway = await startGateway(NOTES, { identity: { clients } })
  await setUpOwner(gateway)
})
afterAll(() => gateway?.stop())

const claims = ({ kept }: Application) => decodeJwt(kept.tokens?.access_token ?? '')

describe.each(KINDS)('client %s', (kind) => {
  test.each(['/mcp/modern', '/mcp/legacy', '/mcp'])(
    'registers itself, and calls %s',
    async (path) => {
      const address = gateway.issuer + path
      const named = (tool: string) => (path === '/mcp' ? `legacy__${tool}` : tool)
      // SDK v1 refreshes instead of asking for more consent, when it can.
      const app = application({ refreshes: kind !== 'v1' })
      const browser = newBrowser(gateway)
      const session = await connected(kind, address, app, browser)
      expect(claims(app)).toMatchObject({ aud: address, scope: 'read', sub: 'owner' })
      expect(await session.tools()).toEqual(
        expect.arrayContaining([named('read_note'), named('write_note')]),
      )
      expect(await session.call(named('read_note'))).toBe('a note')

      await refusedBecauseAsked(session.call(named('write_note')))
      await session.finish(await allow(browser, app.takeAddress().href))
      expect(await session.call(named('write_note'))).toBe('written')
      expect(await session.call(named('read_note'))).toBe('a note')
      expect(claims(app)).toMatchObject({ aud: address, sub: 'owner' })
      await session.close()
    },
  )
})
