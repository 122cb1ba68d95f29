import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { JsonObject } from '../../src/kernel/json.ts'
import {
  type RecordingUpstream,
  startRecordingUpstream,
  tool,
} from '../attacks/recording-upstream.ts'
import { callTool } from '../faults/client.ts'
import { command } from '../faults/command.ts'
import { startGateway } from '../support/gateway.ts'

/** `SIMULATED_CALLS=10000` makes it a longer day. */
const CALLS = Number(process.env['SIMULATED_CALLS'] ?? 3_000)
const TEXT = { type: 'string' }
const TOOLS = [
  tool('read_note', { path: TEXT }, ['path']),
  tool('send_message', { to: TEXT, subject: TEXT }, ['to', 'subject']),
  tool('pay', { amount: { type: 'number' }, currency: TEXT }, ['amount', 'currency']),
]
const LIVE = `
@id("everything") permit (principal, action, resource);
@id("no-large-payments") @reason("too much")
forbid (principal, action == Action::"call", resource == Tool::"office:pay")
when { context.decimals.amount.greaterThan(decimal("500.0")) };
`
const DRAFT = `
@id("reads") permit (principal, action == Action::"call", resource == Tool::"office:read_note")
when { context.facts.guards["project"] == "pass" };
@id("mail") permit (principal, action == Action::"call", resource == Tool::"office:send_message")
when { context.facts.guards["inside"] == "pass" };
@id("payments") permit (principal, action == Action::"call", resource == Tool::"office:pay");
@id("ask-above-hundred") @liftedBy("approval") @approvers("group:owners") @quorum("1") @maxAge("10m")
@reason("more than a hundred")
forbid (principal, action == Action::"call", resource == Tool::"office:pay")
when { context.facts.amounts.total.greaterThan(decimal("100.0")) && context.facts.amounts.total.lessThan(decimal("700.0")) }
unless { context.approval.granted };
`
const DOCUMENT = `
guards:
  project: { path: { within: ["/srv/project"], lexical: true } }
  inside: { recipients: { domains: ["harbour.example"] } }
limits:
  messages: { calls: ${CALLS * 0.15}, every: 1d, kind: window, per: [subject], for: { tools: ["office:send_message"] } }
`

let upstream: RecordingUpstream
let folder: string
beforeAll(async () => {
  upstream = await startRecordingUpstream(TOOLS)
  folder = mkdtempSync(join(tmpdir(), 'bailiwick-simulate-'))
  for (const [name, files] of Object.entries({
    live: { 'live.cedar': LIVE },
    draft: { 'draft.cedar': DRAFT, 'draft.yaml': DOCUMENT },
  })) {
    mkdirSync(join(folder, name))
    for (const [file, text] of Object.entries(files)) writeFileSync(join(folder, name, file), text)
  }
})
afterAll(async () => {
  await upstream.stop()
  rmSync(folder, { recursive: true, force: true })
})

const PATHS = ['/srv/project/a.md', '/srv/project/../secret', '/etc/passwd', '/srv/project/b/c']
const RECIPIENTS = ['ada@harbour.example', 'x@evil.example', 'ada@harbour.example, x@evil.example']

/** The calls of a day: the same each time. */
function callOf(index: number): readonly [string, JsonObject] {
  if (index % 3 === 0) return ['read_note', { path: PATHS[index % 4] ?? '' }]
  if (index % 3 === 1)
    return [
      'send_message',
      { to: RECIPIENTS[index % 5 === 0 ? 1 + (index % 2) : 0] ?? '', subject: 's' },
    ]
  return ['pay', { amount: (index * 37) % 1_000, currency: 'EUR' }]
}

interface Made {
  readonly id: string
  readonly verdict: string
}

/** Makes all calls under policies, one after the other. */
async function day(policies: string, dataDir: string): Promise<readonly Made[]> {
  const servers = { office: { transport: 'http', url: upstream.url } } as const
  const gateway = await startGateway(
    servers,
    {
      policies: [policies],
      store: { kind: 'sqlite', durability: 'process' },
      // Nobody is there to answer.
      approvals: { hold: '0s' },
    },
    { dataDir },
  )
  try {
    const made: Made[] = []
    for (let index = 0; index < CALLS; index += 1) {
      const [name, args] = callOf(index)
      const { code, requestId } = await callTool(gateway, 'office', name, args)
      made.push({ id: String(requestId), verdict: code === undefined ? 'permit' : 'deny' })
    }
    return made
  } finally {
    await gateway.stop()
  }
}

test(`${CALLS} recorded calls: a draft flips in simulation exactly what it flips in force`, async () => {
  const [liveDir, draftDir] = ['kept-live', 'kept-draft'].map((name) => join(folder, name))
  for (const dir of [liveDir, draftDir]) mkdirSync(String(dir))
  const [before, after] = await Promise.all([
    day('../live', String(liveDir)),
    day('../draft', String(draftDir)),
  ])

  const draft = join(folder, 'draft')
  const run = await command(String(liveDir), 'policy', 'simulate', draft, '--json')
  expect(run.code).toBe(1)
  const simulation = JSON.parse(run.stdout)
  expect(simulation).toMatchObject({ calls: CALLS, undecided: 0, unknown: 0 })

  const flipped = new Map<number, string>()
  for (const [index, { verdict }] of before.entries())
    if (after[index]?.verdict !== verdict) flipped.set(index, String(after[index]?.verdict))
  expect(flipped.size).toBeGreaterThan(CALLS / 10)
  expect(simulation.flipped).toBeGreaterThanOrEqual(flipped.size)

  expect(simulation.flips.length).toBe(simulation.flipped)
  const verdicts = await verdictsOf(String(liveDir))
  const ids = verdicts.map(({ call }) => call)
  const wanted = [...flipped].map(([index, to]) => `${ids[index]} ${to}`).toSorted()
  const found = simulation.flips
    .map(({ call, from, to }: { call: string; from: string; to: string }) => ({
      call,
      from: from === 'ask' ? 'deny' : from,
      to: to === 'ask' ? 'deny' : to,
    }))
    .filter(({ from, to }: { from: string; to: string }) => from !== to)
    .map(({ call, to }: { call: string; to: string }) => `${call} ${to}`)
    .toSorted()
  expect(found).toEqual(wanted)
  // A denial that a human could lift is a verdict of its own.
  const kinds = new Set(
    simulation.groups.map(({ from, to }: { from: string; to: string }) => `${from} ${to}`),
  )
  expect([...kinds].toSorted()).toEqual(['deny ask', 'deny permit', 'permit ask', 'permit deny'])
}, 240_000)

/** All calls on record, oldest first. */
async function verdictsOf(dataDir: string): Promise<readonly { readonly call: string }[]> {
  const calls: { readonly call: string }[] = []
  let cursor: string | undefined
  do {
    const more = cursor === undefined ? [] : ['--cursor', cursor]
    const { stdout } = await command(dataDir, 'calls', 'ls', '--json', '--limit', '1000', ...more)
    const page = JSON.parse(stdout)
    calls.push(...page.calls)
    cursor = page.next ?? undefined
  } while (cursor !== undefined)
  return calls.toReversed()
}
