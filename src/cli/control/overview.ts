import { isIP } from 'node:net'
import type { ChainCheck, Evidence, OverviewSource, PostureFacts } from '../../admin/admin.ts'
import type { ServerConfig } from '../../config/config.ts'
import type { ApprovalDesk } from '../../kernel/approval-desk.ts'
import type { PinDesk } from '../../kernel/pins.ts'
import { OWNERS } from '../../kernel/subject.ts'
import { lint } from '../../policy/lint/lint.ts'
import type { PolicySet } from '../../policy/policy.ts'
import type { ControlParts } from './administration.ts'
import { remembered } from './remembered.ts'
import { trafficOf } from './traffic.ts'

/** Milliseconds for which what was found is good. */
const FRESH = 3_000
/** Owners, agents and requests that are looked at. */
const MOST = 100

interface OverviewParts
  extends Pick<
    ControlParts,
    'config' | 'catalog' | 'links' | 'policies' | 'managed' | 'directory' | 'records' | 'pins'
  > {
  readonly desk: Pick<ApprovalDesk, 'list' | 'pending'>
  readonly evidence: Pick<Evidence, 'checked' | 'status'>
}

/** What the overview is made of, from the parts that run. */
export function overviewOf(parts: OverviewParts): OverviewSource {
  const { config, records } = parts
  const traffic = trafficOf(records)
  const firsts = new Map<string, number>()
  const findingsOf = remembering(parts)
  const names = [...Object.keys(config.servers), ...Object.keys(config.virtual)]
  return {
    ...traffic,
    facts: remembered(() => factsOf(parts, findingsOf()), FRESH),
    async newServers(since) {
      for (const name of names.filter((one) => !firsts.has(one))) {
        const first = await records.firstCall(name)
        if (first !== undefined) firsts.set(name, first)
      }
      return names.flatMap((name) => {
        const first = firsts.get(name)
        return first === undefined || first < since ? [] : [{ name, first }]
      })
    },
  }
}

type Findings = Pick<PostureFacts['policies'], 'findings' | 'warnings' | 'first'>

/** Looking at all policies takes longer than anything else here, so each set is looked at once. */
function remembering({ policies }: OverviewParts): () => Findings {
  let looked: { readonly set: PolicySet; readonly found: Findings } | undefined
  return () => {
    const set = policies.set()
    if (looked?.set === set) return looked.found
    const findings = lint(set, undefined, policies.sources()).filter(
      ({ severity }) => severity === 'warning',
    )
    const [first] = [...findings, ...set.warnings]
    const place = first && { file: first.file, line: first.line, message: first.message }
    const found = {
      findings: findings.length,
      warnings: set.warnings.length,
      ...(place === undefined ? {} : { first: place }),
    }
    looked = { set, found }
    return found
  }
}

async function factsOf(parts: OverviewParts, findings: Findings): Promise<PostureFacts> {
  const { config, policies, managed, directory, evidence } = parts
  const { users, agents } = directory.administration
  const now = Date.now()
  const [owners, due, orphans, status, approvals, definitions] = await Promise.all([
    users.list({ group: OWNERS, status: 'active', limit: MOST }),
    agents.rotationDue({ before: now - config.identity.keyAge, limit: MOST }),
    agents.orphans({ limit: MOST }),
    evidence.status(),
    waiting(parts.desk),
    waitingDefinitions(parts.pins),
  ])
  const problem = policies.problem()
  const check = evidence.checked()
  return {
    now,
    servers: serversOf(parts),
    policies: {
      ...findings,
      ...(problem === undefined ? {} : { problem }),
      rollout: managed.rollout().version === 0 ? 'none' : managed.rollout().mode,
    },
    owners: await Promise.all(
      owners.items.map(async ({ id, provider }) => ({
        id,
        passkey: (await users.credentials(id)).some(({ kind }) => kind === 'passkey'),
        local: provider === undefined,
      })),
    ),
    passkeys: directory.passkeys,
    bearer: config.identity.bearer,
    keysDue: due.items.map(({ id }) => id),
    orphans: orphans.items.map(({ id }) => id),
    ...(check === undefined ? {} : { check: checkOf(check) }),
    records: status.seq,
    approvals,
    definitions,
  }
}

async function waitingDefinitions(
  pins: Pick<PinDesk, 'list'>,
): Promise<PostureFacts['definitions']> {
  const waits = await pins.list({ status: 'quarantined' })
  const poisoned = waits.filter(({ judgement }) => judgement.verdict === 'poisoned')
  return { waiting: waits.length, poisoned: poisoned.length }
}

function checkOf({ state, ended, fault }: ChainCheck): NonNullable<PostureFacts['check']> {
  return {
    state,
    ...(ended === undefined ? {} : { ended }),
    ...(fault === undefined ? {} : { message: `record ${fault.seq}: ${fault.message}` }),
  }
}

/** The list is newest first; the oldest of more than fit is not looked for. */
async function waiting({
  list,
  pending,
}: OverviewParts['desk']): Promise<PostureFacts['approvals']> {
  const [{ items }, count] = await Promise.all([list({ state: 'pending', limit: MOST }), pending()])
  const oldest = items.at(-1)?.created
  return { pending: count, ...(oldest === undefined ? {} : { oldest }) }
}

function serversOf({ config, catalog, links }: OverviewParts): PostureFacts['servers'] {
  const toolsOf = (name: string) =>
    catalog.toolsOf(name).map(({ name: tool, classification: { effects, source } }) => ({
      name: tool,
      effects,
      source,
    }))
  return Object.entries(config.servers)
    .filter(([, server]) => server.enabled)
    .map(([name, server]) => ({
      name,
      mode: server.mode,
      plain: isPlain(server),
      failures: links.of(name).failures,
      tools: toolsOf(name),
    }))
}

/** Whether anybody on the way could be the server. What cannot be read is not said to be. */
function isPlain(server: ServerConfig): boolean {
  if (server.transport === 'stdio') return false
  const url = URL.parse(server.url)
  return url?.protocol === 'http:' && !isLocal(url.hostname)
}

function isLocal(hostname: string): boolean {
  const host = hostname.replace(/^\[|\]$/g, '')
  if (isIP(host) === 4) return host.startsWith('127.')
  return host === '::1' || host === 'localhost' || host.endsWith('.localhost')
}
