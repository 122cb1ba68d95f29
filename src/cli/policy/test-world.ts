import type { FileView, World } from '../../analysis/analyser.ts'
import type { TestWorld } from '../../policy/tests/world-schema.ts'

/** Links on one way at most, as Linux has it (path_resolution(7)). */
const MAX_LINKS = 40

/** The world of a test file, for analysers: nothing of this machine, and nobody is asked. */
export function testWorld({ links, hosts }: Pick<TestWorld, 'links' | 'hosts'>): World {
  const known = new Map(Object.entries(hosts))
  return {
    files: linkedFiles(new Map(Object.entries(links))),
    resolver: { resolve: async (host) => known.get(host) ?? [] },
  }
}

/** Every path exists and is its own, but for these links. */
function linkedFiles(links: ReadonlyMap<string, string>): FileView {
  return {
    follow(absolute) {
      const ahead = namesOf(absolute)
      let way: readonly string[] = []
      let followed = 0
      for (let name = ahead.pop(); name !== undefined; name = ahead.pop()) {
        const next: readonly string[] = name === '..' ? way.slice(0, -1) : [...way, name]
        const target = links.get(`/${next.join('/')}`)
        if (target === undefined) {
          way = next
          continue
        }
        followed += 1
        if (followed > MAX_LINKS) return { kind: 'blocked', why: 'leads through too many links' }
        way = []
        ahead.push(...namesOf(target))
      }
      return { kind: 'followed', real: `/${way.join('/')}`, exists: true, linked: followed > 0 }
    },
  }
}

/** The names of a path, the first one last. */
function namesOf(path: string): string[] {
  return path
    .split('/')
    .filter((name) => name !== '' && name !== '.')
    .reverse()
}
