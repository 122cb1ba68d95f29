import type { Administration } from '../../admin/admin.ts'
import { openRecords, type Records } from '../../audit/audit.ts'
import type { ClassBook } from '../../catalog/class-book.ts'
import type { Pins } from '../../catalog/pins/pin-book.ts'
import type { Config, Loaded } from '../../config/config.ts'
import type { Directory } from '../../directory/directory.ts'
import type { UpstreamServer } from '../../gateway/watched-links.ts'
import type { ApprovalDesk } from '../../kernel/approval-desk.ts'
import type { CanaryDesk } from '../../kernel/canary.ts'
import type { Witness } from '../../kernel/event.ts'
import type { FlowBook } from '../../kernel/flow.ts'
import type { Oauth } from '../../oauth/oauth.ts'
import type { Rollouts } from '../../rollout/rollout.ts'
import type { Store } from '../../store/store.ts'
import type { CatalogPort } from '../catalog-port.ts'
import type { Starts } from '../containment/starts.ts'
import type { LinkWatch } from '../link-watch.ts'
import type { LivePolicies } from '../live-policies.ts'
import type { ManagedPolicies } from '../managed-policies.ts'
import { headFile } from '../open-records.ts'
import { definitionsPort } from './definitions.ts'
import { evidenceOf } from './evidence.ts'
import { explanationsOf } from './explanations.ts'
import { graphOf } from './graph.ts'
import type { LiveHub } from './live-hub.ts'
import { type LiveRecords, liveRecords } from './live-records.ts'
import { overviewOf } from './overview.ts'
import { openDraftThread } from './policies/draft-thread.ts'
import { openPoliciesControl } from './policies/policies.ts'
import { reachOf } from './reach.ts'
import { serversPort } from './servers/servers.ts'
import { settingsPort } from './settings/settings.ts'
import { type VaultParts, vaultPort } from './vault.ts'

/** What runs beside the control plane, and what it works on. */
export interface Plane {
  /** Where values of the configuration come from, when it was read from a file. */
  readonly loaded?: Loaded | undefined
  /** Told when the records turn out not to hold together. */
  readonly onBroken?: () => void
  readonly policies: LivePolicies
  readonly managed: ManagedPolicies
  readonly rollouts: Rollouts
  readonly catalog: CatalogPort
  /** What people say of tools. */
  readonly classes: ClassBook
  readonly pins: Pins
  readonly canaries: CanaryDesk
  /** What agents have read. */
  readonly flow: FlowBook
  /** The servers that are enabled, and how they fare. */
  readonly upstreams: readonly UpstreamServer[]
  readonly links: LinkWatch
  readonly starts: Starts
  /** What happens is told here. */
  readonly live: LiveHub
  /** Where people answer. */
  readonly desk: ApprovalDesk
  /** What is kept of credentials. */
  readonly vault?: VaultParts | undefined
}

/** What the ports of the administration are filled in from. */
export interface ControlParts extends Plane {
  readonly config: Config
  readonly store: Store
  readonly witness: Witness
  readonly records: Records
  readonly issuer: string
  readonly directory: Directory
  readonly oauth: Oauth
  readonly log: (message: string, cause?: unknown) => void
}

/** The ports that are about the gateway; those about identities are filled in where these are open. */
type ControlPorts = Omit<Administration, 'issuer' | 'actingAs' | 'sources' | 'settled'>

/** The ports of the administration, with an end. */
export interface Control {
  readonly ports: ControlPorts
  /** What happens, with the records as they are made. */
  readonly live: LiveRecords
  close(): Promise<void>
}

/** Fills in what the administration needs of the gateway. A line for each port. */
export function openControl(parts: ControlParts): Control {
  const { config, desk, live, records, vault } = parts
  const evidence = evidenceOf(parts)
  const followed = liveRecords(live, records)
  const thread = openDraftThread()
  const policies = openPoliciesControl({ ...parts, thread })
  return {
    ports: {
      approvals: desk,
      records: evidence,
      graph: graphOf({ ...parts, thread }),
      overview: overviewOf({ ...parts, desk, evidence }),
      explanations: explanationsOf({ ...parts, thread }),
      reach: reachOf(parts),
      policies: policies.port,
      servers: serversPort(parts),
      definitions: definitionsPort(parts),
      canaries: parts.canaries,
      flow: parts.flow,
      settings: settingsPort(parts),
      ...(vault && { vault: vaultPort(config, vault) }),
    },
    live: followed,
    close: async () => {
      followed.close()
      await policies.close()
      await thread.close()
    },
  }
}

/** The records of a gateway that runs. */
export function recordsOf({ store, config }: Pick<ControlParts, 'store' | 'config'>): Records {
  return openRecords(store, headFile(config.dataDir))
}
