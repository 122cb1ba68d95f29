import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { decodeJwt } from 'jose'
import { expect, onTestFinished, test } from 'vitest'
import { startGateway } from '../../../src/cli/compose.ts'
import { configFrom } from '../../../src/config/config.ts'
import { documentHost, response } from '../../../src/http/outbound/testing/document-host.ts'
import { DOCUMENTS_TLS } from '../../../src/http/outbound/testing/documents-tls.ts'
import { unconfined } from '../../support/gateway.ts'
import { allow, setUpOwner } from '../../support/owner.ts'
import { person } from '../../support/person.ts'
import { application, REDIRECT } from './application.ts'
import { connected, NOTES, refusedBecauseAsked } from './scene.ts'
import { KINDS } from './session.ts'

// Clients that are named by a document on a host of theirs (CIMD). That host is not on the Internet,
// so the gateway is built here as `bailiwick up` builds it, with another way to hosts.

const DOCUMENT = 'https://app.documents.example/client.json'

async function start() {
  const host = await documentHost((socket) => {
    const document = {
      client_id: DOCUMENT,
      client_name: 'The documented application',
      redirect_uris: [REDIRECT],
      token_endpoint_auth_method: 'none',
    }
    socket.end(response(JSON.stringify(document)))
  })
  const dataDir = mkdtempSync(join(tmpdir(), 'bailiwick-test-'))
  const places = { env: process.env, homedir: dataDir }
  const open = { servers: unconfined(NOTES), sandbox: { allowUnsandboxed: true } }
  const settings = { listen: { port: 0 }, policies: ['observe'], dataDir, ...open }
  const gateway = await startGateway({
    config: configFrom(settings, dataDir, places),
    dataDir,
    env: process.env,
    log: () => {},
    outbound: {
      lookup: async () => ['93.184.215.14'],
      dial: host.dial,
      authorities: [DOCUMENTS_TLS.cert],
    },
  })
  onTestFinished(async () => {
    await gateway.close()
    rmSync(dataDir, { recursive: true, force: true })
  })
  const { issuer, setUp } = gateway
  await setUpOwner({ issuer, child: { output: () => String(setUp) } })
  return { issuer, host }
}

test('clients with a document are known by it, and ask for more consent', {
  timeout: 60_000,
}, async () => {
  const { issuer, host } = await start()
  const browser = person(issuer)
  for (const kind of KINDS) {
    const app = application({ document: DOCUMENT })
    const one = await connected(kind, `${issuer}/mcp/modern`, app, browser)
    const claims = () => decodeJwt(app.kept.tokens?.access_token ?? '')
    expect(claims()).toMatchObject({ client_id: DOCUMENT, client_trust: 'metadata', scope: 'read' })
    expect(await one.call('read_note')).toBe('a note')
    await refusedBecauseAsked(one.call('write_note'))
    await one.finish(await allow(browser, app.takeAddress().href))
    expect(await one.call('write_note')).toBe('written')
    expect(claims()).toMatchObject({ scope: 'read modern:write_note' })
    await one.close()
  }
  expect(host.dialled).toEqual([['93.184.215.14']])
})
