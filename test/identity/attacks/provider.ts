import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll } from 'vitest'
import { TEST_TLS } from '../../../src/http/testing/tls.ts'
import type { JsonObject } from '../../../src/kernel/json.ts'
import { newKey, sign, type TestKey } from '../../../src/oauth/machines/testing/keys.ts'

const folder = mkdtempSync(join(tmpdir(), 'bailiwick-test-'))
const certificate = join(folder, 'authority.pem')
writeFileSync(certificate, TEST_TLS.cert)

/** Environment of a gateway that trusts who signed for the provider, as companies have it. */
export const TRUST = { NODE_EXTRA_CA_CERTS: certificate }

/** A corporate identity provider on this machine, as far as its words and its keys go. */
export interface CorporateProvider {
  readonly issuer: string
  /** Says something under its key. */
  say(claims: JsonObject, header?: JsonObject, key?: TestKey): Promise<string>
  /** Bodies of the exchanges of codes that came. */
  readonly exchanges: readonly string[]
}

/** Starts one until all tests of a file are over. */
export async function startCorporateProvider(): Promise<CorporateProvider> {
  const own = newKey('RS256')
  const exchanges: string[] = []
  const server = createServer(TEST_TLS, (request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const answers: Readonly<Record<string, object>> = {
        '/keys': { keys: [own.jwk] },
        '/.well-known/openid-configuration': metadataOf(issuer),
      }
      if (request.url === '/token') exchanges.push(Buffer.concat(chunks).toString())
      const answer = answers[request.url ?? '']
      response.writeHead(answer === undefined ? 400 : 200, { 'content-type': 'application/json' })
      response.end(JSON.stringify(answer ?? { error: 'invalid_grant' }))
    })
  })
  await new Promise<void>((done) => {
    server.listen(0, '127.0.0.1', done)
  })
  afterAll(() => {
    server.closeAllConnections()
    server.close()
    rmSync(folder, { recursive: true, force: true })
  })
  const issuer = `https://localhost:${(server.address() as AddressInfo).port}`
  return {
    issuer,
    exchanges,
    say: (claims, header = {}, key = own) => {
      const now = Math.floor(Date.now() / 1_000)
      return sign(key, { iss: issuer, iat: now, exp: now + 300, ...claims }, header)
    },
  }
}

function metadataOf(issuer: string): object {
  return {
    issuer,
    authorization_endpoint: `${issuer}/authorize`,
    token_endpoint: `${issuer}/token`,
    jwks_uri: `${issuer}/keys`,
    response_types_supported: ['code'],
    subject_types_supported: ['public'],
    id_token_signing_alg_values_supported: ['RS256'],
    code_challenge_methods_supported: ['S256'],
    authorization_response_iss_parameter_supported: true,
  }
}
