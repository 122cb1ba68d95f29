import { GatewayError } from '../kernel/errors.ts'
import type { PackageRefusal } from '../kernel/packages.ts'

/** What to do about a refusal, where who refuses knows nothing better. */
const FIXES: Readonly<Record<PackageRefusal, (server: string) => string>> = {
  not_installed: (server) => `run \`bailiwick packages install ${server}\``,
  not_approved: (server) =>
    `look at it with \`bailiwick packages diff ${server}\`, then run \`bailiwick packages approve ${server}\``,
  rejected: (server) =>
    `name another version in the configuration, or run \`bailiwick packages update ${server}\``,
  integrity_mismatch: (server) =>
    `find out who changed the archive; if it is right, change \`servers.${server}.package.integrity\``,
  tree_changed: (server) =>
    `find out who changed it, then run \`bailiwick packages install ${server}\`, which puts the approved files back`,
  lock_changed: (server) =>
    `find out who changed it, then run \`bailiwick packages install ${server}\`, which puts the approved files back`,
  version_changed: (server) =>
    `run \`bailiwick packages install ${server}\`, look at the difference, and approve it`,
  scripts_changed: (server) =>
    `run \`bailiwick packages install ${server}\`, look at the difference, and approve it`,
  provenance_missing: (server) =>
    `choose a version that was published with provenance, or set \`servers.${server}.package.provenance\` to \`optional\``,
  provenance_invalid: (server) => `choose another version of the package of \`${server}\``,
  install_failed: (server) => `run \`bailiwick packages install ${server}\` and read what it says`,
  registry_refused: () =>
    'check the name, the version, and that the registry can be reached (`npm config get registry`)',
  name_malformed: (server) => `correct \`servers.${server}.package\` in the configuration`,
  tool_missing: () => 'install the tool that is named, on the `PATH` of the gateway',
}

interface Refused {
  readonly server: string
  readonly reason: PackageRefusal
  /** What is wrong: lower case, no full stop, no secret. */
  readonly why: string
  readonly fix?: string
  readonly cause?: unknown
  /** For the log only. */
  readonly detail?: string
}

/** `package_refused`: why a program is not run, and what to do about it. */
export function refusal({ server, reason, why, fix, cause, detail }: Refused): GatewayError {
  const data = { server, reason, fix: fix ?? FIXES[reason](server) }
  return new GatewayError('package_refused', `the package of \`${server}\` is not run: ${why}`, {
    data,
    ...(cause === undefined ? {} : { cause }),
    ...(detail === undefined ? {} : { detail }),
  })
}

/** The word for why a package was refused; undefined for any other failure. */
export function refusalOf(error: unknown): PackageRefusal | undefined {
  if (!(error instanceof GatewayError) || error.code !== 'package_refused') return undefined
  return error.data?.['reason'] as PackageRefusal | undefined
}
