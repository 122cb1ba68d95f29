import type { ConfiguredServer, PlainCredential } from '../../kernel/inventory.ts'
import { addressesOf } from './addresses.ts'
import { authenticationOf, type VisibleAuthentication } from './authentication.ts'
import { type Launch, launchOf } from './command/launch.ts'
import { type ContainerRun, containerOf } from './command/oci.ts'
import { packageOf, type ServerPackage } from './command/package.ts'
import { type RemoteCode, remoteCodeOf } from './command/remote-code.ts'
import { type CredentialOptions, credentialsIn } from './credentials/credentials.ts'
import { withoutCredentials } from './credentials/without-credentials.ts'
import { type Isolation, isolationOf, type RunsAs, runsAsOf } from './isolation.ts'
import { type Destinations, destinationsOf, type LinkSecurity, linkOf } from './link.ts'

/** What an entry says about a server, without asking anybody. Holds no value of a credential. */
export interface ServerFacts {
  readonly name: string
  readonly host: string
  readonly file: string
  readonly at: readonly (string | number)[]
  readonly enabled: boolean
  /** Where its code runs. */
  readonly runs: 'here' | 'elsewhere'
  /** The entry without the values of credentials. */
  readonly entry: ConfiguredServer
  /** Program and arguments in full, credentials withheld; absent for a server behind a URL. */
  readonly command?: readonly string[]
  readonly launch?: Launch
  readonly container?: ContainerRun
  readonly package?: ServerPackage
  readonly link: LinkSecurity
  readonly authentication: VisibleAuthentication
  readonly isolation: Isolation
  readonly remoteCode: readonly RemoteCode[]
  readonly runsAs: RunsAs
  readonly destinations: Destinations
  readonly credentials: readonly PlainCredential[]
}

/** Reads what can be known of a server from its entry alone. Total, and linear in the entry. */
export function factsOf(server: ConfiguredServer, options: CredentialOptions): ServerFacts {
  const credentials = credentialsIn(server, options)
  const entry = withoutCredentials(server, options.findSecrets)
  const { name, host, file, at, enabled } = server
  const start = startOf(entry)
  const addresses = addressesOf(entry)
  const around = { entry, addresses, ...start }
  return {
    ...{ name, host, file, at, enabled, entry, credentials },
    runs: start.launch === undefined ? 'elsewhere' : 'here',
    ...start,
    link: linkOf(around),
    authentication: authenticationOf(entry, credentials, start.package),
    isolation: isolationOf(start.launch, start.container),
    remoteCode:
      start.launch === undefined
        ? []
        : remoteCodeOf(start.launch, start.package, (start.command ?? []).join(' ')),
    runsAs: runsAsOf(start.launch, start.container),
    destinations: destinationsOf(around),
  }
}

type Start = Pick<ServerFacts, 'command' | 'launch' | 'container' | 'package'>

function startOf({ transport }: ConfiguredServer): Start {
  if (transport.kind !== 'stdio') return {}
  const launch = launchOf(transport.command, transport.args)
  const isEngine = ['docker', 'podman', 'nerdctl'].includes(launch.program)
  const container = isEngine ? containerOf(launch.args) : undefined
  const found = packageOf(launch)
  return {
    command: [transport.command, ...transport.args],
    launch,
    ...(container === undefined ? {} : { container }),
    ...(found === undefined ? {} : { package: found }),
  }
}
