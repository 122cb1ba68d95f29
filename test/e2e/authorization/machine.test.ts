import { PrivateKeyJwtProvider } from '@modelcontextprotocol/client'
import { decodeJwt, exportJWK, exportPKCS8, generateKeyPair } from 'jose'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type RunningGateway, startGateway } from '../../support/gateway.ts'
import { openOperator } from '../../support/operator.ts'
import { NOTES } from './scene.ts'
import { KINDS, session } from './session.ts'

// Agents with keys of their own, through the client of SDK v2 for machines. Nobody is asked anything.

let gateway: RunningGateway
let privateKey: string
beforeAll(async () => {
  const pair = await generateKeyPair('ES256', { extractable: true })
  privateKey = await exportPKCS8(pair.privateKey)
  gateway = await startGateway(NOTES)
  const operator = await openOperator(gateway)
  await operator.directory.agents.create({
    id: 'clerk',
    name: 'The clerk',
    owner: 'owner',
    purpose: 'keeps the notes',
    scopes: ['read', 'modern:write_note'],
    keys: [{ ...(await exportJWK(pair.publicKey)), kid: 'first' }],
  })
  await operator.close()
})
afterAll(() => gateway?.stop())

describe.each(KINDS.slice(1))('client %s of a machine', (kind) => {
  const open = async (path: string) => {
    const provider = new PrivateKeyJwtProvider({
      clientId: 'clerk',
      privateKey,
      algorithm: 'ES256',
      expectedIssuer: gateway.issuer,
    })
    const one = session(kind, gateway.issuer + path, provider)
    await one.connect()
    return { one, claims: () => decodeJwt(provider.tokens()?.access_token ?? '') }
  }

  test('sees what its token allows, and calls it', async () => {
    const { one, claims } = await open('/mcp/legacy')
    const aud = `${gateway.issuer}/mcp/legacy`
    expect(claims()).toMatchObject({ sub: 'clerk', kind: 'agent', aud, scope: 'read' })
    expect(await one.tools()).toEqual(['read_note'])
    expect(await one.call('read_note')).toBe('a note')
    await one.close()
  })

  test('gets by itself what else its owner gave it, when it calls that', async () => {
    const { one, claims } = await open('/mcp/modern')
    expect((await one.tools()).toSorted()).toEqual(['read_note', 'write_note'])
    expect(await one.call('write_note')).toBe('written')
    expect(claims()).toMatchObject({ scope: 'read modern:write_note' })
    await one.close()
  })

  test('gets no more than that, and is sent to nobody', async () => {
    const { one, claims } = await open('/mcp/modern')
    await expect(one.call('run_note')).rejects.toMatchObject({ code: 'invalid_scope' })
    expect(claims()).toMatchObject({ scope: 'read' })
    expect(await one.call('read_note')).toBe('a note')
    await one.close()
  })
})
