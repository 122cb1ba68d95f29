import { setImmediate as nextTurn } from 'node:timers/promises'
import type { Flow, Flows, GraphSource } from '../../admin/admin.ts'
import { showCall } from '../../admin/calls/call-views.ts'
import { type CallRecords, inputOf } from '../../audit/audit.ts'
import type { Target } from '../../kernel/access.ts'
import type { Subject } from '../../kernel/subject.ts'
import type { ControlParts } from './administration.ts'
import type { DraftThread } from './policies/draft-thread.ts'

/** Calls of one look; a graph of more says where it was cut. */
const MOST_CALLS = 5_000
const PAGE = 500
/** Hosts of one call, and subjects whose rights are looked up. */
const MOST_HOSTS = 16
const MOST_SUBJECTS = 50

type GraphParts = Pick<
  ControlParts,
  'config' | 'catalog' | 'policies' | 'directory' | 'records'
> & { readonly thread: DraftThread }

/** Who reaches what, from the records, the catalog and the policies in force. */
export function graphOf(parts: GraphParts): GraphSource {
  const { config, catalog, policies, thread } = parts
  const servers = [...Object.keys(config.servers), ...Object.keys(config.virtual)]
  const targets = (): readonly Target[] =>
    servers.flatMap((server) =>
      catalog.toolsOf(server).map(({ name, classification, of: origin }): Target => {
        const target = { kind: 'tool', server, name, classification } as const
        return origin === undefined ? target : { ...target, of: origin }
      }),
    )
  return {
    flows: (range) => flowsOf(parts, range),
    tools: () =>
      targets().map(({ server, name, classification: { effects, reads, risk } }) => ({
        ...{ server, name, effects, reads, risk },
      })),
    async access(names) {
      const subjects = await subjectsOf(parts, names)
      const all = targets()
      const { places } = config
      const asked = {
        places,
        sources: policies.sources(),
        subjects,
        targets: all,
        time: Date.now(),
      }
      const { cells } = await thread.ask('matrix', asked)
      // Row by row, each in the order of the targets.
      return cells.map(({ subject, access }, index) => {
        const { server = '', name = '' } = all[index % all.length] ?? {}
        return { subject, server, tool: name, access }
      })
    },
  }
}

async function flowsOf(
  { records }: Pick<GraphParts, 'records'>,
  range: { readonly since: number; readonly before: number },
): Promise<Flows> {
  const flows = new Map<string, Flow>()
  let [calls, cursor, cutAt]: [number, string | undefined, number | undefined] = [
    0,
    undefined,
    undefined,
  ]
  do {
    const page = await records.search({ ...range, limit: PAGE, ...(cursor && { cursor }) })
    for (const call of page.calls) add(flows, call)
    calls += page.calls.length
    cursor = page.next
    cutAt = page.searchedTo
    // SQLite answers in this thread, where calls are waiting.
    await nextTurn()
  } while (cursor !== undefined && calls < MOST_CALLS)
  return { flows: [...flows.values()], calls, ...(cutAt === undefined ? {} : { cutAt }) }
}

const NONE = { permit: 0, observed: 0, ask: 0, deny: 0 }

function add(flows: Map<string, Flow>, records: CallRecords): void {
  const call = showCall(records)
  // What nobody decided went nowhere.
  if (call?.verdict === undefined || call.verdict === null || call.action !== 'call') return
  const flow = {
    subject: call.subject ?? '',
    client: call.client ?? '',
    server: call.server,
    tool: call.target,
    hosts: hostsOf(records),
  }
  const key = JSON.stringify(Object.values(flow))
  const known = flows.get(key)?.calls ?? NONE
  flows.set(key, { ...flow, calls: { ...known, [call.verdict]: known[call.verdict] + 1 } })
}

/** Hosts of addresses, and domains of recipients, that the arguments named. */
function hostsOf(records: CallRecords): readonly string[] {
  const facts = inputOf(records)?.request.facts
  const hosts = facts?.urls?.map(({ host }) => host) ?? []
  const domains = facts?.recipients?.map(({ domain }) => domain) ?? []
  return [...new Set([...hosts, ...domains])]
    .filter((host) => host !== '')
    .sort()
    .slice(0, MOST_HOSTS)
}

async function subjectsOf(
  parts: GraphParts,
  names: readonly string[] | undefined,
): Promise<readonly Subject[]> {
  const { users, agents } = parts.directory.administration
  if (names === undefined) {
    const [people, machines] = await Promise.all([
      users.list({ status: 'active', limit: MOST_SUBJECTS }),
      agents.list({ status: 'active', limit: MOST_SUBJECTS }),
    ])
    return [
      ...people.items.map((user) => subjectOf('user', user)),
      ...machines.items.map((agent) => subjectOf('agent', agent)),
    ]
  }
  const found = await Promise.all(
    names.slice(0, MOST_SUBJECTS).map(async (name) => {
      const [, kind, id = ''] = /^(user|agent):(.+)$/s.exec(name) ?? []
      if (kind !== 'user' && kind !== 'agent') return []
      const account = kind === 'user' ? await users.find(id) : await agents.find(id)
      return account?.status === 'active' ? [subjectOf(kind, account)] : []
    }),
  )
  return found.flat()
}

function subjectOf(
  kind: Subject['kind'],
  { id, groups }: { readonly id: string; readonly groups: readonly string[] },
): Subject {
  const via = kind === 'user' ? 'login' : 'client-credentials'
  return { kind, id: id as Subject['id'], via, groups, actors: [] }
}
