import type { ServerPackage } from '../command/package.ts'

const TYPES: Readonly<Partial<Record<ServerPackage['source'], string>>> = {
  ...{ npm: 'npm', pypi: 'pypi', go: 'golang', nuget: 'nuget', oci: 'docker', maven: 'maven' },
}

/** A package as a package URL (ECMA-427); nothing for what no registry names. A range is no version. */
export function purlOf({ source, name, version, floating }: ServerPackage): string | undefined {
  const type = TYPES[source]
  if (type === undefined || !/^[\w@./:~-]{1,400}$/.test(name)) return undefined
  const path = nameIn(source, name).split('/').map(encodeURIComponent).join('/')
  // Tags of images move, and name a version all the same.
  const said = version !== undefined && (!floating || source === 'oci')
  return `pkg:${type}/${path}${said ? `@${encodeURIComponent(version)}` : ''}`
}

function nameIn(source: ServerPackage['source'], name: string): string {
  if (source === 'pypi') return name.toLowerCase().replace(/[-_.]+/g, '-')
  return source === 'maven' ? name.replace(':', '/') : name
}
