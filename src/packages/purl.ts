import type { PackageEcosystem } from '../kernel/packages.ts'
import { normalized } from './lock/pypi-lock.ts'

/**
 * The package URL of one version (purl-spec), without a registry. Names of PyPI are normalized (PEP 503).
 */
export function purlOf(ecosystem: PackageEcosystem, name: string, version: string): string {
  const parts = ecosystem === 'pypi' ? [normalized(name)] : name.split('/')
  return `pkg:${ecosystem}/${parts.map(encoded).join('/')}@${encoded(version)}`
}

// The specification leaves one more character as it is than `encodeURIComponent` does.
function encoded(part: string): string {
  return encodeURIComponent(part).replaceAll('%3A', ':')
}
