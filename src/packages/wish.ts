import npa from 'npm-package-arg'
import semver from 'semver'
import type { PackageWish } from '../kernel/packages.ts'
import { refusal } from './refusal.ts'

/** What kind of version is asked for. Only an exact one says which artifact is meant. */
export type VersionKind = 'exact' | 'range' | 'tag' | 'none'

/** PEP 508: the name of a distribution. */
const PYPI_NAME = /^[A-Za-z0-9](?:[A-Za-z0-9._-]{0,98}[A-Za-z0-9])?$/
/** PEP 440, as far as its characters go: which one it is, only the resolver knows. */
const PYPI_EXACT = /^[0-9][0-9A-Za-z.!+_-]{0,63}$/
const PYPI_RANGE = /^(?:===?|~=|!=|<=?|>=?)[0-9A-Za-z.!+*,<>=~ _-]{1,127}$/
const LONGEST = 256

/**
 * Checks what a configuration asks for, before any tool sees it.
 *
 * @returns how its version is named.
 * @throws GatewayError `package_refused` (`name_malformed`): no name or version of a registry. A folder, a
 *   tarball by address and a git repository are none.
 */
export function versionKind(server: string, wish: PackageWish): VersionKind {
  const kind = wish.ecosystem === 'npm' ? npmKind(wish) : pypiKind(wish)
  if (kind !== undefined) return kind
  const asked = wish.version === undefined ? wish.name : `${wish.name}@${wish.version}`
  throw refusal({
    server,
    reason: 'name_malformed',
    why: `\`${asked.slice(0, LONGEST)}\` is no package and version of a registry`,
  })
}

function npmKind({ name, version }: PackageWish): VersionKind | undefined {
  if (name.length > LONGEST || (version?.length ?? 0) > LONGEST) return undefined
  try {
    // The name alone first: whatever `a@b` in it might mean, it is not part of a name.
    const bare = npa(name)
    if (!bare.registry || bare.name !== name || bare.raw !== name) return undefined
    return version === undefined || version === '' ? 'none' : npmVersion(name, version)
  } catch {
    return undefined
  }
}

function npmVersion(name: string, version: string): VersionKind | undefined {
  const { type, name: read } = npa.resolve(name, version)
  if (read !== name) return undefined
  if (type === 'version') return 'exact'
  if (type === 'range') return 'range'
  return type === 'tag' && /^[A-Za-z0-9][A-Za-z0-9._-]*$/.test(version) ? 'tag' : undefined
}

function pypiKind({ name, version }: PackageWish): VersionKind | undefined {
  if (!PYPI_NAME.test(name)) return undefined
  if (version === undefined || version === '') return 'none'
  if (version === 'latest') return 'tag'
  if (PYPI_EXACT.test(version)) return 'exact'
  return PYPI_RANGE.test(version) ? 'range' : undefined
}

/**
 * Whether an artifact is one that the wish means: of that version when it names one, else one that was
 * installed for the very same words. A range or a tag that was changed is a new wish, also where an old
 * artifact would do for it.
 */
export function fits(
  wish: PackageWish,
  kind: VersionKind,
  installed: { readonly version: string; readonly wanted: string | undefined },
): boolean {
  if (kind !== 'exact') return installed.wanted === wish.version
  return wish.ecosystem === 'npm'
    ? semver.eq(wish.version ?? '', installed.version, { loose: true })
    : wish.version === installed.version
}
