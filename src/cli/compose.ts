import { hkdfSync } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { isAbsolute } from 'node:path'
import { ANALYSERS, nodeWorld } from '../analysis/all.ts'
import { createAnalysis } from '../analysis/analysis.ts'
import { analysisWithThread } from '../analysis/thread.ts'
import { openRecorder } from '../audit/audit.ts'
import { openCanaries } from '../canaries/canaries.ts'
import { openClassBook } from '../catalog/class-book.ts'
import { openFindings } from '../catalog/findings/finding-desk.ts'
import { joinName, splitName } from '../catalog/names.ts'
import { openPins, type Pins } from '../catalog/pins/pin-book.ts'
import type { Config, Loaded } from '../config/config.ts'
import { createGateway } from '../gateway/gateway.ts'
import { maxAgeOf } from '../gateway/recheck.ts'
import { listen } from '../http/listener.ts'
import type { ApprovalDesk } from '../kernel/approval-desk.ts'
import type { CredentialAbout } from '../kernel/credential.ts'
import { createSeal } from '../kernel/seal.ts'
import { createValueWatch } from '../kernel/value-index.ts'
import type { ValueWatch } from '../kernel/value-watch.ts'
import { openLimits } from '../limits/limits.ts'
import { createLinkOpener } from '../mcp/upstream/open-link.ts'
import { createLinkPool } from '../mcp/upstream/pool.ts'
import { catalogPort } from './catalog-port.ts'
import { openContainment } from './containment/containment.ts'
import type { Starts } from './containment/starts.ts'
import { contentScreening } from './content-screening.ts'
import { endedGrants } from './control/ended-grants.ts'
import { heard } from './control/heard.ts'
import { humanDecisions } from './control/human-decisions.ts'
import { liveHub } from './control/live-hub.ts'
import { openTelling } from './control/telling.ts'
import { decoys } from './decoys.ts'
import { definitionJudge, sanitizer } from './definitions.ts'
import { eraMemory } from './era-memory.ts'
import { openFlowMemory } from './flow-memory.ts'
import { type OpenIdentity, type Outbound, openGatewayIdentity } from './identity/open-identity.ts'
import { linkWatch } from './link-watch.ts'
import { openPolicies } from './open-policies.ts'
import { headFile, openConfiguredStore } from './open-records.ts'
import { ensureSealKey } from './operator/operator-key.ts'
import { randomIds } from './random-id.ts'
import { loadRenderers, UNREAD } from './renderers.ts'
import { checkSecrets, upstreamServers } from './upstream-servers.ts'
import { offboarding } from './vault/offboarding.ts'
import { openVault } from './vault/open-vault.ts'
import { packageVersion } from './version.ts'
import { virtualTools } from './virtual-tools.ts'

/** Links to servers, open at once. */
const MAX_LINKS = 1_000
/** Each is a program of tens of MiB. */
const MAX_CHILDREN = 250
/** Milliseconds for the arguments of a large call. */
const ANALYSIS_TIMEOUT = 20_000
/** Milliseconds between two looks at what other processes say of tools. */
const CLASS_LOOK = 500
/** The same of pins. */
const PIN_LOOK = 500
/** The same of decoys. */
const CANARY_LOOK = 500
const BACK_OFF = { first: 500, longest: 60_000 }
export interface GatewayProcess {
  readonly config: Config
  readonly dataDir: string
  readonly env: Readonly<Record<string, string | undefined>>
  /** One line for the operator. `cause` is for the log and may hold details. */
  readonly log: (message: string, cause?: unknown) => void
  readonly outbound?: Outbound
  /** Where values of the configuration come from, when it was read from a file. */
  readonly loaded?: Loaded
  /** Is told of each credential that is in use, so that whoever writes the log can leave it out. */
  readonly watch?: ValueWatch<CredentialAbout>
}

export interface RunningProcess {
  readonly url: string
  /** The origin under which it is known, and the issuer of its tokens. */
  readonly issuer: string
  /** Where the first user sets their password; undefined once they have. */
  readonly setUp: string | undefined
  /** Where people answer, for a process that plays them too. */
  readonly desk: ApprovalDesk
  /** How its local servers were started. */
  readonly starts: Starts
  /** Stops taking requests, lets calls end, records their outcomes, ends all children. */
  close(): Promise<void>
}

/** How parts are closed again, the last one first. */
type Closing = (close: () => Promise<void> | void) => void

/**
 * The composition root: builds every part of the gateway and hands them to each other.
 *
 * @throws {CommandError} or GatewayError when a part cannot be built; nothing is left open then.
 */
export async function startGateway(options: GatewayProcess): Promise<RunningProcess> {
  const open: (() => Promise<void> | void)[] = []
  const close = async (): Promise<void> => {
    for (let last = open.pop(); last !== undefined; last = open.pop()) await last()
  }
  try {
    const kept = await keep(options, (one) => open.push(one))
    const plane = await connectParts(options, kept, (one) => open.push(one))
    const { url, issuer, setUp } = await serve(options, kept, plane, (one) => open.push(one))
    return { url, issuer, setUp, desk: kept.humans.desk, starts: kept.containment, close }
  } catch (error) {
    await close()
    throw error
  }
}

/** What is on record, and what is kept for servers: neither holds a value of the other. */
async function remember(
  { config, dataDir, env, log, outbound = {}, watch = createValueWatch() }: GatewayProcess,
  closing: Closing,
) {
  const store = await openConfiguredStore(config, { env })
  closing(store.close)
  // Nothing was shown to us before the vault is open.
  let withoutTokens = (text: string): string => text
  const written = await openRecorder({
    store,
    headFile: headFile(dataDir),
    clock: Date.now,
    randomId: randomIds(),
    ...(config.store.kind === 'sqlite' ? { thread: config.store } : {}),
    excerpt: { maxBytes: config.records.excerpt, redact: config.records.redactKeys },
    input: { maxBytes: config.records.input, redact: config.records.redactKeys },
    redactText: (text) => watch.redact(withoutTokens(text)),
    onHeadError: (cause) => log('the head of the records could not be kept', cause),
  })
  closing(written.close)
  const recorder = heard(written)
  const { witness } = recorder
  const randomId = randomIds()
  const vault = openVault({ config, env, store, witness, randomId, outbound, watch, log })
  closing(vault.close)
  withoutTokens = vault.inbound.redact
  recorder.onEvent(offboarding(vault, log))
  return { store, recorder, vault }
}

/** What decides and what remembers. */
async function keep(options: GatewayProcess, closing: Closing) {
  const { config, env, log, loaded } = options
  checkSecrets(config, env)
  const { store, recorder, vault } = await remember(options, closing)
  const { witness } = recorder
  const shaped = await openPolicies({ config, store, witness, log })
  closing(shaped.close)
  const { policies } = shaped
  const classes = await openClassBook({ store, witness, clock: Date.now, every: CLASS_LOOK, log })
  closing(classes.close)
  const findings = openFindings({ store, witness, clock: Date.now, pins: () => pins })
  const pins: Pins = await openPins({
    ...{ store, witness, clock: Date.now, every: PIN_LOOK, log },
    judge: definitionJudge(() => pins, findings),
    firstSight: (server) => config.servers[server]?.firstSight ?? config.definitions.firstSight,
  })
  closing(pins.close)
  const limits = await openLimits({
    store,
    definitions: () => policies.set().limits,
    clock: Date.now,
    onError: (cause) => log('use could not be counted', cause),
  })
  closing(limits.close)
  const sealKey = ensureSealKey(config.identity.sealKeyFile)
  const canaries = await openCanaries({
    ...{ store, witness, clock: Date.now, every: CANARY_LOOK, log, randomId: randomIds() },
    key: createSeal(sealKey.key, 'canaries').derive('values'),
  })
  closing(canaries.close)
  const containment = await openContainment({
    ...{ config, env, store, witness, log },
    planted: canaries.finder,
    known: vault.watch.has,
    own: [
      ...(loaded?.path === undefined ? [] : [loaded.path]),
      ...config.policies.filter(isAbsolute),
    ],
  })
  closing(containment.close)
  const ended = endedGrants(store, witness)
  const live = liveHub()
  const humans = humanDecisions({
    config: config.approvals,
    store,
    witness,
    sealKey: sealKey.key,
    tell(data) {
      live.publish({ kind: 'approval', id: data.approval.id, data })
      recorder.onNews(data)
    },
  })
  closing(humans.close)
  const flow = await openFlowMemory({ store, sealKey: sealKey.key, witness, log })
  closing(flow.close)
  const human = { live, humans, canaries, containment, ended, flow, vault }
  const servers = vault.upstreams(upstreamServers(config))
  return { ...shaped, classes, pins, servers, store, recorder, limits, sealKey, ...human }
}

type Kept = Awaited<ReturnType<typeof keep>>

/** What renders results is loaded where something is rendered. */
async function openVirtual(config: Config) {
  const none = Object.keys(config.virtual).length === 0
  return virtualTools(config, none ? UNREAD : await loadRenderers())
}

/** The data plane, with its links. */
async function connectParts(
  { config, log }: GatewayProcess,
  {
    policies,
    classes,
    pins,
    servers,
    store,
    recorder,
    limits,
    sealKey,
    humans,
    canaries,
    containment,
    ended,
    flow,
    vault,
  }: Kept,
  closing: Closing,
) {
  const virtual = await openVirtual(config)
  const randomId = randomIds()
  const opener = createLinkOpener({
    // Whoever launches knows what a server may have of it.
    baseEnv: {},
    launch: containment.launch,
    onStderr: containment.heard,
    onFlood: containment.flooded,
    lastLook: vault.inbound.check,
  })
  closing(opener.close)
  const links = linkWatch(opener.openLink, Date.now)
  const pool = createLinkPool({
    openLink: links.openLink,
    maxLinks: MAX_LINKS,
    maxChildren: MAX_CHILDREN,
    idleMs: config.limits.serverIdle,
    backOff: BACK_OFF,
    clock: Date.now,
    random: Math.random,
  })
  closing(pool.closeAll)
  const world = nodeWorld({ clock: Date.now, mayResolve: policies.mayResolve })
  const analysis = analysisWithThread({
    here: createAnalysis({ analysers: ANALYSERS, world }),
    resolver: world.resolver,
    timeout: ANALYSIS_TIMEOUT,
  })
  closing(analysis.close)
  const catalog = catalogPort({
    ...{ servers: config.servers, virtual, stated: classes.of, book: pins },
    sanitize: sanitizer(config.definitions),
  })
  const gateway = createGateway({
    servers,
    links: pool,
    eras: await eraMemory(store, Date.now, log),
    catalog,
    names: { join: joinName, split: splitName },
    enforces: (server) => config.servers[server]?.mode !== 'observe',
    policies: policies.point,
    recorder,
    analyse: analysis.analyse,
    screening: contentScreening(sealKey.key, canaries.finder, config.content.secretRules),
    onSighting: canaries.sighted,
    endGrant: ended.end,
    credentials: vault,
    connections: vault,
    ...decoys(config.servers, canaries),
    flow,
    limits,
    maxAge: maxAgeOf(config.definitions.recheck),
    approvals: humans.asked,
    // The same on all replicas: a client's next round may reach another.
    sealKey: new Uint8Array(hkdfSync('sha256', sealKey.key, '', 'bailiwick request state', 32)),
    version: packageVersion(),
    now: Date.now,
    randomId,
    log,
  })
  closing(gateway.close)
  closing(pins.onChange(gateway.decided))
  closing(vault.onChange(gateway.changed))
  const names = new Set([...servers.map(({ name }) => name), ...virtual.keys()])
  return { gateway, names, randomId, catalog, links }
}

/** The listener, and who people and programs are that come to it. */
async function serve(
  { config, env, log, outbound, loaded }: GatewayProcess,
  {
    policies,
    managed,
    rollouts,
    classes,
    pins,
    servers,
    store,
    recorder,
    sealKey,
    live,
    humans,
    canaries,
    containment,
    ended,
    flow,
    vault,
  }: Kept,
  { gateway, names, randomId, catalog, links }: Awaited<ReturnType<typeof connectParts>>,
  closing: Closing,
): Promise<{ readonly url: string; readonly issuer: string; readonly setUp: string | undefined }> {
  const { tls, allowedHosts, allowedOrigins } = config.listen
  const { witness } = recorder
  let known: OpenIdentity | undefined
  const listening = await listen({
    host: config.listen.host,
    port: config.listen.port,
    gateway,
    around: async ({ port }) => {
      const served = { servers: names, toolsOf: catalog.toolsOf }
      const plane = {
        loaded,
        onBroken: recorder.broken,
        policies,
        managed,
        rollouts,
        classes,
        pins,
        canaries: canaries.desk,
        flow,
        vault,
        upstreams: servers,
        catalog,
        links,
        starts: containment,
        live,
        desk: humans.desk,
      }
      const parts = { config, env, store, witness, served, sealKey, log, outbound, ...plane }
      known = await openGatewayIdentity(parts, port)
      closing(known.close)
      humans.meet(known)
      ended.meet(known)
      const { issuer, directory, route } = known
      const { accounts } = directory
      const key = { sealKey: sealKey.key }
      const telling = openTelling({ ...parts, ...key, issuer, desk: humans.desk, accounts })
      closing(telling.close)
      recorder.begin(telling)
      return { ...known, route: (path) => telling.routes(path) ?? route(path) }
    },
    servers: (name) => names.has(name),
    publicUrl: config.listen.publicUrl,
    allowedHosts: allowedHosts.length > 0 ? allowedHosts : undefined,
    allowedOrigins: allowedOrigins.length > 0 ? allowedOrigins : undefined,
    limits: {
      ...config.limits,
      sessionIdleMs: config.limits.sessionIdle,
      silenceMs: config.limits.silence,
    },
    tls: tls && { cert: readFileSync(tls.cert, 'utf8'), key: readFileSync(tls.key, 'utf8') },
    behindProxy: config.listen.behindProxy,
    onMisuse: (event) => {
      witness(event).catch((cause: unknown) => log('a misused session is not on record', cause))
    },
    clock: Date.now,
    randomId,
    log: (line) => log(line),
  })
  closing(() => listening.close())
  if (known === undefined) throw new Error('the listener was opened without identities')
  closing(known.identity.onEnded(listening.drop))
  closing(known.quiet)
  const { issuer, setUp } = known
  return { url: listening.url, issuer, setUp }
}
