import { join } from 'node:path'
import type { PackageWish } from '../../kernel/packages.ts'

/** Files and folders of an artifact of PyPI. */
export const REQUIREMENTS = 'requirements.in'
export const LOCKFILE = 'requirements.lock'
export const VENV = 'venv'

/** What is asked for, as a requirement (PEP 508). */
export function requirementOf({ name, version }: PackageWish): string {
  if (version === undefined || version === 'latest') return name
  return /^[0-9]/.test(version) ? `${name}==${version}` : `${name}${version}`
}

/** Finds the versions of a package and of all it needs, with the digests of their archives. */
export function compileArguments(uv: string, python: string): readonly string[] {
  const how = ['--generate-hashes', '--no-build', '--no-header', '--no-config', '--python', python]
  return [uv, 'pip', 'compile', ...how, '--output-file', LOCKFILE, REQUIREMENTS]
}

/** Makes the environment, in which no path says where it was made. */
export function venvArguments(uv: string, python: string): readonly string[] {
  const how = ['--relocatable', '--no-project', '--no-config', '--offline', '--python', python]
  return [uv, 'venv', ...how, VENV]
}

/** Installs what the lockfile says, each archive by its digest: wheels alone, which run nothing. */
export function installArguments(uv: string): readonly string[] {
  const exact = ['--require-hashes', '--no-deps', '--only-binary', ':all:', '--no-config']
  // Links into a cache would be second names of files that others may write.
  const how = ['--link-mode', 'copy', '--no-compile-bytecode', '--python', join(VENV, 'bin/python')]
  return [uv, 'pip', 'install', ...exact, ...how, '--requirement', LOCKFILE]
}

/** The whole environment of uv: no setting and no token of the operator's. */
export function uvEnvironment(
  staging: string,
  index: string,
  certificates: string | undefined,
): Readonly<Record<string, string>> {
  return {
    PATH: '/usr/local/bin:/usr/bin:/bin',
    UV_DEFAULT_INDEX: index,
    UV_CACHE_DIR: join(staging, 'cache'),
    UV_NO_PROGRESS: '1',
    UV_PYTHON_DOWNLOADS: 'never',
    UV_KEYRING_PROVIDER: 'disabled',
    ...(certificates === undefined ? {} : { SSL_CERT_FILE: certificates }),
  }
}
