import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { CONSOLE_CLIENT } from '../../admin/console-session.ts'
import type { Records } from '../../audit/audit.ts'
import { configFrom } from '../../config/config.ts'
import type { ApprovalDesk, ApprovalRequest } from '../../kernel/approval-desk.ts'
import { GatewayError } from '../../kernel/errors.ts'
import { OWNERS, type Subject, type SubjectId } from '../../kernel/subject.ts'
import { type AdminClient, adminAsker } from '../admin/admin-client.ts'
import { waitingOf } from '../admin/waiting.ts'
import { startGateway } from '../compose.ts'
import type { Context } from '../context.ts'
import { type GatewayHttp, openGatewayHttp, operator } from '../gateway-http.ts'
import { type McpClient, mcpClient } from '../mcp-client.ts'
import { openRecordsOf } from '../open-records.ts'
import { claim } from '../run-file.ts'
import { logger } from '../terminal.ts'
import type { RecordedTool } from './read-traces.ts'
import { type ReplayingServer, startReplayingServer } from './replaying-server.ts'

type Ask = AdminClient['ask']

/** Milliseconds for one call. */
const PATIENCE = 60_000
/** Why nobody here can answer: others must, or one who signs with a passkey. */
const UNANSWERED: ReadonlySet<string> = new Set(['approver_refused', 'evidence_refused'])

/** A program that acts for a person whom nobody knew before, with a grant of its own. */
export interface Agent {
  /** `user:id` */
  readonly subject: string
  readonly client: McpClient
  close(): void
}

/** A running gateway in front of the replaying server of one suite. */
export interface Stage {
  readonly server: ReplayingServer
  readonly records: Records
  /** Definitions that the gateway kept out at first sight, and that were approved by hand. */
  readonly approvedByHand: readonly string[]
  /** Nothing that another agent read is in the memory of this one. */
  newAgent(): Promise<Agent>
  /** What a person is asked. Undefined: there is no such request. */
  asked(id: string): Promise<ApprovalRequest | undefined>
  /** Answers as a person who may. False: there is none. */
  approve(request: ApprovalRequest): Promise<boolean>
  close(): Promise<void>
}

/** What is not said here is as it is by default. */
const SETTINGS = {
  listen: { port: 0 },
  // The folder is gone afterwards: there is nothing that a loss of power could take.
  store: { kind: 'sqlite', durability: 'process' },
  // Nobody answers while a call is held: people are played after it.
  approvals: { hold: '0s' },
  // Reports say why a call was permitted, also a large one.
  records: { input: '1MiB' },
}

/** What is replayed, under which policies. */
interface Scene {
  readonly suite: string
  readonly tools: readonly RecordedTool[]
  readonly policies: readonly string[]
}

/**
 * Starts a gateway as `bailiwick up` does, in a folder of its own. Nothing is said of the tools: they are
 * classed as those of any server that nobody has classed.
 */
export async function openStage(context: Context, scene: Scene): Promise<Stage> {
  const ends: (() => unknown)[] = []
  const close = async (): Promise<void> => {
    for (let last = ends.pop(); last !== undefined; last = ends.pop()) await last()
  }
  try {
    return { ...(await open(context, scene, (end) => ends.push(end))), close }
  } catch (error) {
    await close()
    throw error
  }
}

async function open(
  context: Context,
  { suite, tools, policies }: Scene,
  closing: (end: () => unknown) => void,
): Promise<Omit<Stage, 'close'>> {
  const dataDir = mkdtempSync(join(tmpdir(), 'bailiwick-replay-'))
  closing(() => rmSync(dataDir, { recursive: true, force: true }))
  const server = await startReplayingServer(suite, tools)
  closing(server.close)
  const value = { ...SETTINGS, dataDir, policies, servers: { [suite]: serverAt(server.url) } }
  const config = configFrom(value, context.cwd, context)
  const held = claim(dataDir, new Date())
  closing(() => held.release())
  const gateway = await startGateway({ config, dataDir, env: context.env, log: logger(context) })
  closing(gateway.close)
  const { url, issuer, desk } = gateway
  held.announce({ url, issuer, certificate: undefined })
  const { records, close } = await openRecordsOf(config, context)
  closing(close)
  const http = openGatewayHttp(dataDir)
  closing(() => http.close())
  const ask = adminAsker(http, context.signal)
  const approvedByHand = await approveDefinitions(ask, http, suite)
  let count = 0
  return {
    server,
    records,
    approvedByHand,
    async newAgent() {
      count += 1
      const id = `person-${count}`
      await ask('users.create', { id })
      return agentOf(dataDir, suite, `user:${id}`)
    },
    asked: (id) => desk.find(id),
    approve: (request) => approve(desk, request),
  }
}

function serverAt(url: string) {
  return { transport: 'http', url }
}

/** Has the gateway look at the server, and approves as its operator what it kept out. */
async function approveDefinitions(
  ask: Ask,
  http: GatewayHttp,
  server: string,
): Promise<readonly string[]> {
  await mcpClient(http, `/mcp/${server}`, PATIENCE).tools()
  const waiting = await waitingOf(ask, server)
  const decision = { status: 'approved', reason: 'part of the recording' }
  for (const { kind, name, digest, version } of waiting)
    await ask('definitions.decide', { server, kind, name, digest, version, ...decision })
  return waiting.map(({ name }) => `${server}:${name}`)
}

/** A token of its own is a grant of its own. */
function agentOf(dataDir: string, suite: string, subject: string): Agent {
  const http = openGatewayHttp(dataDir, (way) => operator(dataDir, way, subject))
  const client = mcpClient(http, `/mcp/${suite}`, PATIENCE)
  return { subject, client, close: () => http.close() }
}

/** The person whose call it is answers, or else the owner. */
async function approve(desk: ApprovalDesk, request: ApprovalRequest): Promise<boolean> {
  const people: readonly Pick<Subject, 'id' | 'groups'>[] = [
    { id: request.subject.replace(/^user:/, '') as SubjectId, groups: [] },
    { id: 'owner' as SubjectId, groups: [OWNERS] },
  ]
  const user = people.find((one) => desk.mayAnswer(request, one).may)
  if (user === undefined) return false
  const { digest, id } = request
  const by = { subject: `user:${user.id}`, client: CONSOLE_CLIENT, grant: '' }
  try {
    await desk.answer(id, { user, by, digest, verdict: 'approve', channel: 'console' })
    return true
  } catch (error) {
    if (error instanceof GatewayError && UNANSWERED.has(error.code)) return false
    throw error
  }
}
