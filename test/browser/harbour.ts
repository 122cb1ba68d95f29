import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type PlaygroundServer, playgroundConfig } from '../../src/playground/playground.ts'
import { startRecordingUpstream } from '../attacks/recording-upstream.ts'
import { tokensOf } from '../identity/attacks/flow.ts'
import { newClient, PASSWORD, type Scene, signedIn } from '../identity/attacks/scene.ts'
import { tokensOf as operatorTokens } from '../support/gateway.ts'
import { openOperator } from '../support/operator.ts'
import { type ConsoleScene, openConsole } from './console.ts'
import { type Sends, seeded, traffic } from './harbour-traffic.ts'

/** A house with work going on: the playground beside a warehouse of data, people, agents and clients. */
export interface Harbour extends ConsoleScene {
  /** Requests for approval that wait, newest first. */
  readonly waiting: readonly string[]
}

const TEXT = { type: 'string' }
const WAREHOUSE = [
  {
    name: 'run_query',
    description: 'Reads from the warehouse with one SELECT.',
    annotations: { readOnlyHint: true },
    inputSchema: { type: 'object', required: ['sql'], properties: { sql: TEXT } },
  },
  {
    name: 'run_statement',
    description: 'Changes the warehouse with one statement.',
    annotations: { destructiveHint: true },
    inputSchema: {
      type: 'object',
      required: ['sql'],
      properties: { sql: TEXT, note: { ...TEXT, description: 'Why, for the log.' } },
    },
  },
]

const POLICIES = `// The warehouse: anybody may look, nobody sees salaries, and changes wait for somebody who is on duty.

@id("warehouse-look")
@reason("the warehouse is for looking things up")
permit (
  principal,
  action == Action::"call",
  resource == Tool::"warehouse:run_query"
);

@id("warehouse-change")
@reason("the warehouse may be changed, once somebody on duty has said yes")
permit (
  principal,
  action == Action::"call",
  resource == Tool::"warehouse:run_statement"
);

@id("warehouse-changes-wait")
@reason("this changes what everybody else works with")
@remedy("ask whoever is on duty, or run it in the copy of the warehouse")
@liftedBy("approval")
@approvers("group:on-duty group:owners")
@pattern("30m")
forbid (
  principal,
  action == Action::"call",
  resource == Tool::"warehouse:run_statement"
)
unless { context.approval.granted };

@id("salaries-stay")
@reason("salaries are for people, not for programs")
forbid (
  principal,
  action == Action::"call",
  resource == Tool::"warehouse:run_query"
)
when { context.args.sql like "*salaries*" };

@id("late-reads")
@mode("observe")
@reason("messages are read by people, soon")
forbid (
  principal is Agent,
  action == Action::"call",
  resource == Tool::"inbox:read_message"
);
`

/** Starts all of it; calls have been made, some denied, and some wait. */
export async function openHarbour(): Promise<Harbour> {
  const root = mkdtempSync(join(tmpdir(), 'harbour-'))
  const folder = join(root, 'policies')
  mkdirSync(folder)
  writeFileSync(join(folder, 'warehouse.cedar'), POLICIES)
  const { servers, policies, places } = await playgroundConfig({ dataDir: root })
  const warehouse = await startRecordingUpstream(WAREHOUSE)
  const scene = await openConsole(
    { ...installed(servers, root), warehouse: { transport: 'http', url: warehouse.url } },
    { places, policies: [...policies, join(folder, '/')], approvals: { hold: '1s' } },
  )
  const waiting = await peopled(scene)
  if (waiting.length !== 2) throw new Error(`${waiting.length} requests wait`)
  return {
    ...scene,
    waiting,
    async close() {
      await scene.close()
      await warehouse.stop()
      rmSync(root, { recursive: true, force: true })
    },
  }
}

/** The servers of the playground as if they were installed: pictures show no path of the machine. */
function installed(
  servers: Readonly<Record<string, PlaygroundServer>>,
  root: string,
): Readonly<Record<string, Omit<PlaygroundServer, 'sandbox'>>> {
  mkdirSync(join(root, 'bin'))
  return Object.fromEntries(
    Object.entries(servers).map(([name, { command, args, cwd, transport }]) => {
      const file = join(root, 'bin', name)
      const words = [command, ...args].map((word) => `'${word}'`).join(' ')
      writeFileSync(file, `#!/bin/sh\nexec ${words}\n`)
      chmodSync(file, 0o700)
      return [name, { transport, command: file, args: [], cwd }]
    }),
  )
}

const PEOPLE = [
  { id: 'ada', name: 'Ada Winter', groups: ['operators', 'planning'] },
  { id: 'jonas', name: 'Jonas Brandt', groups: ['planning'] },
  { id: 'mira', name: 'Mira Okafor', groups: ['approvers', 'on-duty'] },
  { id: 'ruth', name: 'Ruth Adler', groups: ['auditors'] },
]

const AGENTS = [
  {
    id: 'berth-planner',
    name: 'Berth planner',
    owner: 'ada',
    purpose: 'plans berths for the week',
  },
  {
    id: 'night-watch',
    name: 'Night watch',
    owner: 'mira',
    purpose: 'reads what comes in at night',
  },
]

const CLIENTS = ['claude-code', 'cursor']

/** Makes everybody, and lets them work. */
async function peopled({ gateway }: ConsoleScene): Promise<readonly string[]> {
  const opened = await openOperator(gateway)
  const { directory: administration, setPassword, clients } = opened
  const { issuer } = gateway
  const beside = {
    issuer,
    operator: { administration, setPassword, clients },
  } as unknown as Scene
  try {
    for (const person of PEOPLE) {
      await administration.users.create(person)
      await setPassword(person.id as never, PASSWORD)
    }
    for (const agent of AGENTS)
      await administration.agents.create({ ...agent, scopes: ['execute'] })
    // A new password ends what was issued before, and tokens tell their time by the second.
    await new Promise((resolve) => setTimeout(resolve, 1_000))
    const tokens = new Map<string, string>()
    const known = await Promise.all(CLIENTS.map((id) => newClient(beside, id)))
    for (const client of known)
      for (const { id } of PEOPLE) {
        const wish = { resource: `${issuer}/mcp`, scope: 'execute' }
        const browser = await signedIn(beside, id)
        const { access_token } = await tokensOf(beside, browser, client, wish)
        tokens.set(`${id} ${client.id}`, access_token)
      }
    for (const { id } of AGENTS)
      tokens.set(
        id,
        await operatorTokens(gateway.dataDir, issuer)('/mcp', { subject: `agent:${id}` }),
      )
    const send: Sends = seeded(issuer, (who) => tokens.get(who) ?? '')
    await traffic(send)
    return await pending(gateway)
  } finally {
    await opened.close()
  }
}

async function pending({ issuer, dataDir }: ConsoleScene['gateway']): Promise<readonly string[]> {
  const token = await operatorTokens(dataDir, issuer)('/admin')
  const response = await fetch(`${issuer}/admin/api/v1/approvals?state=pending`, {
    headers: { authorization: `Bearer ${token}` },
  })
  const { items } = (await response.json()) as { items: readonly { readonly id: string }[] }
  return items.map(({ id }) => id)
}
