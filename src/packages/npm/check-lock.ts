import { isObject, type Json } from '../../kernel/json.ts'
import { allRegistries, type Registries } from './registry.ts'

/** Digests that still tell archives apart. Old packages of a registry may have SHA-1 alone. */
const STRONG = /^sha(?:512|384|256)-[A-Za-z0-9+/]{43,86}={0,2}$/
/** What npm writes for whichever registry is configured, and reads so again (`replace-registry-host`). */
const ANY_REGISTRY = 'https://registry.npmjs.org'
const PLACE = /^node_modules\/[^\\\0]{1,1024}$/

/**
 * Why a lockfile of npm is not installed from; undefined when it may be. Every package has to be an archive
 * of the operator's registries with a digest: no folder, no git repository, no address elsewhere.
 */
export function lockFault(text: string, registries: Registries): string | undefined {
  const lock = JSON.parse(text) as Json
  const packages = isObject(lock) ? lock['packages'] : undefined
  if (!isObject(packages)) return 'npm wrote no lockfile'
  const origins = new Set([ANY_REGISTRY, ...allRegistries(registries).map(({ origin }) => origin)])
  for (const [place, entry] of Object.entries(packages)) {
    if (place === '') continue
    const fault = entryFault(place, entry, origins)
    if (fault !== undefined) return `\`${place.slice(0, 256)}\` ${fault}`
  }
  return undefined
}

function entryFault(
  place: string,
  entry: Json | undefined,
  origins: ReadonlySet<string>,
): string | undefined {
  if (!PLACE.test(place) || place.split('/').includes('..')) return 'lies outside of its folder'
  if (!isObject(entry) || entry['link'] === true)
    return 'is a folder of this machine, not an archive'
  // What is bundled lies in the archive of the package above it, and under its digest.
  if (entry['inBundle'] === true) return undefined
  const { resolved, integrity } = entry
  if (typeof resolved !== 'string' || !URL.canParse(resolved)) return 'comes from nowhere'
  if (!origins.has(new URL(resolved).origin)) return 'comes from elsewhere than the registry'
  if (typeof integrity !== 'string') return 'has no digest'
  return integrity.split(' ').some((one) => STRONG.test(one)) ? undefined : 'has only a weak digest'
}
