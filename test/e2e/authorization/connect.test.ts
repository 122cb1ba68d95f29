import { randomUUID } from 'node:crypto'
import { chmodSync, existsSync, openSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Client } from '@modelcontextprotocol/client'
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { bailiwick, type RunningGateway, startGateway } from '../../support/gateway.ts'
import { browserOf, setUpOwner } from '../../support/owner.ts'
import { textOf } from '../peer.ts'
import { NOTES } from './scene.ts'

// `bailiwick connect` as a host starts it, from the first call of somebody who never signed in.

let gateway: RunningGateway
beforeAll(async () => {
  gateway = await startGateway(NOTES)
  await setUpOwner(gateway)
})
afterAll(() => gateway?.stop())

/** A browser that notes what it opens. */
function notingBrowser(name: string) {
  const { BROWSER } = browserOf(gateway)
  const [script, list] = [join(gateway.dataDir, `${name}.sh`), join(gateway.dataDir, `${name}.txt`)]
  writeFileSync(script, `#!/bin/sh\necho "$1" >> "${list}"\nexec "${BROWSER}" "$1"\n`)
  chmodSync(script, 0o700)
  const opened = (): readonly URL[] => {
    const text = existsSync(list) ? readFileSync(list, 'utf8').trim() : ''
    return text === '' ? [] : text.split('\n').map((line) => new URL(line))
  }
  return { script, scopes: () => opened().map((url) => url.searchParams.get('scope')) }
}

async function host(server: string, browser: string, mode: 'auto' | 'legacy' = 'auto') {
  const log = join(gateway.dataDir, `${randomUUID()}.log`)
  // In mode `auto` the SDK first asks in a process whose words nobody sees.
  const client = new Client({ name: 'a-host', version: '1' }, { versionNegotiation: { mode } })
  const transport = new StdioClientTransport({
    command: process.execPath,
    args: [...bailiwick('connect', server, '--data-dir', gateway.dataDir)],
    env: { ...(process.env as Record<string, string>), BROWSER: browser },
    stderr: openSync(log, 'a'),
  })
  await client.connect(transport)
  return {
    call: async (name: string) => textOf(await client.callTool({ name, arguments: {} })),
    said: () => readFileSync(log, 'utf8'),
    close: () => client.close(),
  }
}

const PATIENCE = { timeout: 60_000 }

test('asks for a sign-in once, and for consent when more is called', PATIENCE, async () => {
  const browser = notingBrowser('first')
  const one = await host('modern', browser.script, 'legacy')
  expect(await one.call('read_note')).toBe('a note')
  expect(browser.scopes()).toEqual(['read offline_access'])
  expect(one.said()).toContain(`sign in at ${gateway.issuer}/oauth/authorize?`)
  expect(await one.call('write_note')).toBe('written')
  expect(await one.call('read_note')).toBe('a note')
  expect(browser.scopes()).toEqual(['read offline_access', 'read modern:write_note offline_access'])
  await one.close()

  // The next one has the login of the one before.
  const two = await host('modern', '/bin/false')
  expect(await two.call('write_note')).toBe('written')
  expect(two.said()).not.toContain('sign in')
  await two.close()
})

test('programs that start at once ask once', PATIENCE, async () => {
  const browser = notingBrowser('second')
  const all = await Promise.all([1, 2, 3].map(() => host('legacy', browser.script)))
  expect(await Promise.all(all.map((one) => one.call('read_note')))).toEqual(
    Array(3).fill('a note'),
  )
  expect(browser.scopes()).toEqual(['read offline_access'])
  await Promise.all(all.map((one) => one.close()))
})
