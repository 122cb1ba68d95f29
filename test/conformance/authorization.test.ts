import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Child, startNode, waitFor } from '../support/child.ts'
import { type RunningGateway, startGateway } from '../support/gateway.ts'
import { openOperator } from '../support/operator.ts'
import { allow, setUpOwner } from '../support/owner.ts'
import { person } from '../support/person.ts'
import { SUITE } from './suite.ts'

// The official suite for authorization servers, with a person who signs in and consents.

const CLIENT = { id: 'conformance', name: 'The conformance suite', method: 'none' } as const

let gateway: RunningGateway
beforeAll(async () => {
  gateway = await startGateway({})
  await setUpOwner(gateway)
})
afterAll(() => gateway?.stop())

test('the authorization server conforms', async () => {
  const port = await freePort()
  const operator = await openOperator(gateway)
  const redirects = [`http://127.0.0.1:${port}/callback`]
  await operator.clients.register({ ...CLIENT, redirects })
  await operator.close()

  const { checks, child } = await runSuite(port)
  expect(checks, child.output()).toEqual([
    'authorization-code-grant: SUCCESS',
    'authorization-server-metadata-cimd: SUCCESS',
    'authorization-server-metadata: SUCCESS',
  ])
  expect(await child.closed).toBe(0)
  expect(child.output()).toContain('Total: 3 passed, 0 failed')
})

async function runSuite(port: number): Promise<{ checks: readonly string[]; child: Child }> {
  const folder = mkdtempSync(join(tmpdir(), 'conformance-'))
  const child = startNode([
    ...[SUITE, 'authorization', '--url', gateway.issuer, '--client-id', CLIENT.id],
    ...['--port', String(port), '--spec-version', '2026-07-28', '--output-dir', folder],
  ])
  try {
    const address = await waitFor(child, () => /^http\S+[?]\S+$/m.exec(child.output())?.[0])
    await fetch(await allow(person(gateway.issuer), address))
    await child.closed
    return { checks: checksIn(folder), child }
  } finally {
    await child.stop()
    rmSync(folder, { recursive: true, force: true })
  }
}

function checksIn(folder: string): readonly string[] {
  return readdirSync(folder)
    .flatMap((name) => JSON.parse(readFileSync(join(folder, name, 'checks.json'), 'utf8')))
    .map(({ id, status }) => `${id}: ${status}`)
    .sort()
}

/** A port that was free a moment ago: the suite cannot choose one itself. */
async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  const { port } = server.address() as { readonly port: number }
  await new Promise((done) => server.close(done))
  return port
}
