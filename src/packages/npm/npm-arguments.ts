import { dirname, join } from 'node:path'
import type { NpmTool } from './find-npm.ts'
import type { Registries } from './registry.ts'

const QUIET = ['--no-audit', '--no-fund', '--no-progress', '--loglevel=error']

/** Loopback is the sandbox's own there: a registry on that of the machine is reached through the proxy, too. */
const PROXIED = ['/usr/bin/env', '-u', 'NO_PROXY', '-u', 'no_proxy']

/** Finds the versions of a package and of all it needs, and writes them into a lockfile. */
export function resolveArguments(npm: NpmTool, spec: string): readonly string[] {
  const how = ['--package-lock-only', '--save-exact', '--omit=dev', '--ignore-scripts']
  return [...PROXIED, ...npm.command, 'install', ...how, ...QUIET, '--', spec]
}

/** Installs what the lockfile says, each archive by its digest. Runs nothing of it. */
export function installArguments(npm: NpmTool): readonly string[] {
  return [...PROXIED, ...npm.command, 'ci', '--omit=dev', '--ignore-scripts', ...QUIET]
}

/** Runs the install scripts of what was installed. */
export function rebuildArguments(npm: NpmTool): readonly string[] {
  const all = ['--no-ignore-scripts', '--dangerously-allow-all-scripts', '--foreground-scripts']
  return [...PROXIED, ...npm.command, 'rebuild', ...all, ...QUIET]
}

/**
 * The whole environment of npm. Its settings are these alone: no file of the operator's is read, so none
 * of their tokens is there to be sent or stolen.
 */
export function npmEnvironment(
  npm: NpmTool,
  staging: string,
  registries: Registries,
  extraCertificates: string | undefined,
): Readonly<Record<string, string>> {
  const scoped = Object.entries(registries.scoped).map(
    ([scope, url]) => [`npm_config_${scope}:registry`, url.href] as const,
  )
  return {
    PATH: [dirname(npm.command[0]), '/usr/local/bin', '/usr/bin', '/bin'].join(':'),
    npm_config_registry: registries.main.href,
    ...Object.fromEntries(scoped),
    npm_config_userconfig: join(staging, 'no-user-settings'),
    npm_config_globalconfig: join(staging, 'no-global-settings'),
    npm_config_cache: join(staging, 'cache'),
    npm_config_logs_max: '0',
    npm_config_update_notifier: 'false',
    npm_config_omit_lockfile_registry_resolved: 'false',
    npm_config_install_strategy: 'hoisted',
    npm_config_fetch_retries: '1',
    npm_config_fetch_retry_mintimeout: '1000',
    ...(registries.cafile === undefined ? {} : { npm_config_cafile: registries.cafile }),
    ...(extraCertificates === undefined ? {} : { NODE_EXTRA_CA_CERTS: extraCertificates }),
  }
}
