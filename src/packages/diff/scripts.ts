import type { Difference } from './change.ts'
import type { PackageSight } from './diff.ts'
import { readManifest } from './manifest.ts'

interface Script {
  readonly package: string
  readonly script: string
  readonly text: string
}

/** Compares what would run when it is installed, of every package in it, told apart by name. */
export function* compareScripts(before: PackageSight, after: PackageSight): Generator<Difference> {
  const earlier = scriptsOf(before)
  const later = scriptsOf(after)
  for (const [key, { package: owner, script, text }] of later) {
    const known = earlier.get(key)?.text
    if (known === undefined) yield { kind: 'script-added', package: owner, script, text }
    else if (known !== text)
      yield { kind: 'script-changed', package: owner, script, from: known, to: text }
  }
  for (const [key, { package: owner, script }] of earlier)
    if (!later.has(key)) yield { kind: 'script-removed', package: owner, script }
}

function scriptsOf(sight: PackageSight): ReadonlyMap<string, Script> {
  const { name, version, scripted } = sight.package
  const own = `${name}@${version}`
  const texts = new Map([...(sight.scripted ?? []), [own, sight.manifest] as const])
  const owners = new Set([...scripted, own])
  const all = [...owners].flatMap((owner) => scriptsIn(owner, texts.get(owner), scripted))
  return new Map(all.map((one) => [JSON.stringify([one.package, one.script]), one]))
}

function scriptsIn(
  owner: string,
  manifest: string | undefined,
  scripted: readonly string[],
): readonly Script[] {
  const name = owner.slice(0, owner.lastIndexOf('@'))
  const { scripts } = readManifest(manifest)
  if (scripts.size > 0)
    return [...scripts].map(([script, text]) => ({ package: name, script, text }))
  if (!scripted.includes(owner)) return []
  // npm builds what has a `binding.gyp`. What was not read differs from everything but itself.
  const text = manifest === undefined ? `(not read: ${owner})` : '(node-gyp rebuild)'
  return [{ package: name, script: 'install', text }]
}
