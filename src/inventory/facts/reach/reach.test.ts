import { describe, expect, test } from 'vitest'
import type { Classification } from '../../../kernel/access.ts'
import type { ServerFacts } from '../facts.ts'
import { localFacts, remoteFacts } from '../testing/facts.ts'
import { blastRadius } from './blast-radius.ts'
import { combinationsOf } from './combinations.ts'
import type { KnownTool } from './tool-reach.ts'

const DRAWN = 'q7Zk2mV9xB4tR8nL5wP1sD6f'

function tool(name: string, parts: Partial<Classification>): KnownTool {
  const classification: Classification = {
    ...{ effects: ['read'], reversible: true, risk: 'low', reads: [], trust: 'trusted' },
    ...{ source: 'catalog', confidence: 'stated' },
    ...parts,
  }
  return { name, classification }
}

const row = (statements: readonly { readonly capability: string; readonly sure: string }[]) =>
  Object.fromEntries(statements.map(({ capability, sure }) => [capability, sure]))

describe('the model is tricked', () => {
  const tricked = (facts: ServerFacts, tools?: readonly KnownTool[]) =>
    row(blastRadius(facts, tools).tricked)

  test('of a server of which nothing is known nothing is known', () => {
    expect(tricked(localFacts('node /srv/a.js'))).toEqual({
      ...{ read: 'unknown', write: 'unknown', execute: 'unknown', network: 'unknown' },
      credentials: 'not_seen',
    })
  })

  test.each([
    ['npx -y @ada/filesystem-mcp /home/ada', { read: 'can', write: 'can', execute: 'unknown' }],
    ['npx -y @ada/files-mcp', { read: 'may', write: 'may', execute: 'unknown' }],
    ['uvx shell-server', { execute: 'may', read: 'may', network: 'may' }],
    ['uvx books', { execute: 'unknown', read: 'unknown' }],
    ['docker run -v /srv/a:/a:ro ada/books', { read: 'can', write: 'unknown' }],
    ['docker run -v /srv/a:/a ada/books', { read: 'can', write: 'can' }],
    ['docker run --network none ada/fetch', { network: 'cannot' }],
    ['docker run ada/fetch', { network: 'may' }],
    ['node /srv/books/index.js', { read: 'unknown' }],
    ['node /srv/books/index.js /srv/data', { read: 'can' }],
  ])('%s', (line, expected) => {
    expect(tricked(localFacts(line))).toMatchObject(expected)
  })

  test('an address of a database says so', () => {
    const facts = localFacts('uvx books', { env: { URL: 'postgresql://db.test/a' } })
    expect(tricked(facts)).toMatchObject({ read: 'can', write: 'can' })
  })

  test('known tools decide, whatever the server is called', () => {
    const facts = localFacts('uvx shell-server')
    const tools = [tool('look', {}), tool('note', { effects: ['write'] })]
    expect(tricked(facts, tools)).toMatchObject({
      ...{ read: 'can', write: 'can', execute: 'cannot', network: 'cannot' },
    })
    const guessed = tool('look', { source: 'inferred', confidence: 'low' })
    expect(tricked(facts, [guessed])).toMatchObject({ read: 'may', execute: 'not_seen' })
    expect(blastRadius(facts, tools).tricked[1]?.evidence).toEqual([
      { at: 'tool/note', shown: 'write' },
    ])
  })

  test('credentials are used by whoever steers the server', () => {
    const holding = localFacts('node a.js', { env: { API_KEY: DRAWN } })
    expect(tricked(holding)).toMatchObject({ credentials: 'can' })
    expect(tricked(remoteFacts('https://mcp.test/'))).toMatchObject({ credentials: 'unknown' })
  })
})

describe('the server is malicious', () => {
  const malicious = (facts: ServerFacts) => row(blastRadius(facts).malicious)
  const ALL = { read: 'can', write: 'can', execute: 'can', network: 'can', credentials: 'can' }

  test.each([
    ['node a.js', ALL],
    ['docker run --privileged ada/books', ALL],
    ['docker run ada/books', { ...ALL, read: 'cannot', write: 'cannot', credentials: 'not_seen' }],
    ['docker run -v /srv:/a:ro ada/books', { read: 'can', write: 'cannot' }],
    ['docker run -v /srv:/a ada/books', { read: 'can', write: 'can' }],
    ['docker run --network none ada/books', { network: 'cannot' }],
    ['bwrap --unshare-all -- node a.js', { read: 'unknown', network: 'unknown' }],
  ])('%s', (line, expected) => {
    expect(malicious(localFacts(line))).toMatchObject(expected)
  })

  test('what runs elsewhere has what it is sent, and what it is shown', () => {
    const plain = { read: 'can', write: 'cannot', execute: 'cannot', network: 'can' }
    expect(malicious(remoteFacts('https://mcp.test/'))).toEqual({
      ...plain,
      credentials: 'unknown',
    })
    const shown = remoteFacts('https://mcp.test/', { 'X-Api-Key': DRAWN })
    expect(malicious(shown)).toEqual({ ...plain, credentials: 'can' })
  })

  test('statements and their evidence hold no value', () => {
    const facts = localFacts(`node a.js --token ${DRAWN} http://u:${DRAWN}@a.test/`)
    expect(JSON.stringify([blastRadius(facts), combinationsOf([{ facts }])])).not.toContain(DRAWN)
  })
})

describe('servers that are worse together', () => {
  const files = { facts: localFacts('npx files-mcp /home/ada', { name: 'files' }) }
  const web = { facts: localFacts('uvx web-fetch', { name: 'web' }) }
  const shell = { facts: localFacts('uvx shell-mcp', { name: 'run' }) }
  const books = { facts: localFacts('uvx books', { name: 'books' }) }
  const none = { ...books, tools: [tool('look', {})] }
  const said = (members: Parameters<typeof combinationsOf>[0]) =>
    combinationsOf(members).map(({ kind, sure }) => [kind, sure])

  test('private data, strangers and a way out, with who brings which', () => {
    const [found, ...more] = combinationsOf([files, web])
    expect(more).toEqual([])
    expect(found).toMatchObject({
      ...{ kind: 'private_untrusted_way_out', host: 'cursor', sure: 'may' },
      parts: [
        { leg: 'private', servers: [{ server: 'files', sure: 'can' }] },
        { leg: 'untrusted', servers: [{ server: 'web', sure: 'may' }] },
        { leg: 'way_out', servers: [{ server: 'web', sure: 'may' }] },
      ],
    })
  })

  test('execution and network', () => {
    expect(said([shell])).toEqual([['execute_network', 'may']])
    expect(said([shell, none])).toEqual([['execute_network', 'may']])
  })

  test('one of which nothing is known may be any part; one whose tools are known is not', () => {
    expect(said([files, books])).toContainEqual(['private_untrusted_way_out', 'unknown'])
    expect(said([files, none])).toEqual([])
    const stranger = tool('read_mail', { reads: ['personal'], trust: 'untrusted' })
    const sender = tool('send_mail', { effects: ['send'] })
    const mail = { ...books, tools: [stranger, sender] }
    expect(said([mail])).toEqual([['private_untrusted_way_out', 'can']])
  })

  test('what is switched off, and what another host uses, does not meet', () => {
    expect(said([files, { facts: { ...web.facts, enabled: false } }])).toEqual([])
    expect(said([files, { facts: { ...web.facts, host: 'other' } }])).toEqual([])
  })

  test('projects meet what counts everywhere, not each other', () => {
    const within = (project: string, member: typeof web) => ({
      ...member,
      facts: { ...member.facts, entry: { ...member.facts.entry, project } },
    })
    expect(combinationsOf([files, within('/a', web), within('/b', none)])).toMatchObject([
      { kind: 'private_untrusted_way_out', project: '/a' },
    ])
    expect(said([within('/a', files), within('/b', web)])).toEqual([])
    expect(combinationsOf([files, web, within('/a', shell)]).map((one) => one.project)).toEqual([
      undefined,
      '/a',
      '/a',
    ])
  })
})
